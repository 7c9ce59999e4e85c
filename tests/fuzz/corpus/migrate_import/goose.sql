-- +goose NO TRANSACTION
-- +goose Up
-- +goose ENVSUB ON
-- +goose StatementBegin
CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT '${ROLE}'; END
-- +goose StatementEnd
-- +goose ENVSUB OFF
SELECT 1;
-- +goose Down
DROP TRIGGER t;
