*** Settings ***
Documentation    How fast, how large and how fair a copier stays when others work beside it.

Test Tags        category:PerformanceUnderContention
