*** Settings ***
Documentation    What differs from one system, file system or protocol to the next.

Test Tags        category:PlatformSpecific
