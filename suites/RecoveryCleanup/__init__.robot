*** Settings ***
Documentation    Copies that are killed, cut off or told to end, and what they leave.

Test Tags        category:RecoveryCleanup
