"""Small copiers with one fault each, and two without: what the checks must see, and what they must let pass.

They are programs, not modules to import: `python -I -S FILE SOURCE DESTINATION`. Their profiles are in
`variables/copiers/faulty` and `variables/copiers/good`.
"""
