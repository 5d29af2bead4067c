"""The parts of the stand-alone script; they are joined to one file, see `replaying.scripting`. The script cannot import them."""
