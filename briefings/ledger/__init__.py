"""The alliance ledger: what articles claim, and the facts that their claims add up to. Pure."""
