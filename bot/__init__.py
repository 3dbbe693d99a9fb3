"""The shell of intelbrief: the command line, the chat platforms and the wiring between them."""
