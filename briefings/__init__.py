"""The core of intelbrief: it knows articles, organisations and feeds, and no chat platform."""
