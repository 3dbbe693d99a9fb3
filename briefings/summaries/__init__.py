"""What an article says, in its own sentences, and vectors for what a text means."""
