*** Settings ***
Documentation    Readers, writers and deleters meet a copier on one file.

Test Tags        category:FileBlocking
