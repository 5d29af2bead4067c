"""Plays a scenario: owns its workspace, its competitors, its history, its ledger and its verdict."""
