-- Quarry:upp
SELECT 1;