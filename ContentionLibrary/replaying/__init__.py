"""Goes back to the point at which something was found, alone and again and again."""
