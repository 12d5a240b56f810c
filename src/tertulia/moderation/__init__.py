"""House rules; keep, hide, delete, block, and why; appeals."""
