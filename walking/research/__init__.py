"""The research export: what patients agreed to share, without what would tell who they are."""
