*** Settings ***
Documentation    Copies to storage behind a network, and networks that fail.

Test Tags        category:NetworkStorage
