"""What this machine can do, found out by trying it with the very means that scenarios use."""
