*** Settings ***
Documentation    What happens to files when two processes want the same one.
...
...              Each test is one scenario of the catalogue and judges one file copier, chosen with the variable
...              COPIER (a profile's name) or COMMAND (a command with {source} and {destination}).

Test Timeout     10 minutes
