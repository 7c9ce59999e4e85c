-- quarry:up
SELECT 'never closed;
-- quarry:down
