"""A program that lets a service make one copy: starts it, waits for its words, and ends it. An ordinary program, as copiers are."""
