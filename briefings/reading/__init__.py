"""From bytes to values: feeds, article pages and pasted texts, all read in contained workers."""
