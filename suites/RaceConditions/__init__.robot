*** Settings ***
Documentation    Copiers, renamers and watchers meet in one directory.

Test Tags        category:RaceConditions
