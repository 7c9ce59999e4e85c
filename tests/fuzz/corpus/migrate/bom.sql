-- quarry:up
SELECT 1;
/* open