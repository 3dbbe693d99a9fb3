"""Reading text as written by people: hygiene, language, sentences, words and dates. All pure."""
