"""The vocabularies of the library, one file each. Sentences in, plays and checks of the scenario room out."""
