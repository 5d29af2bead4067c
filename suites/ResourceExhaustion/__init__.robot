*** Settings ***
Documentation    Copiers meet limits: descriptors, memory, space.

Test Tags        category:ResourceExhaustion
