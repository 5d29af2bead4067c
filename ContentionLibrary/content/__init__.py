"""Test files whose every 8-byte word says who wrote it, when, and where it belongs; and the judge that reads them back."""
