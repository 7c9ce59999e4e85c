-- quarry:up
PRAGMA "journal_mode" = WAL; ROLLBACK TRANSACTION TO x; VACUUM; SELECT $a::b(;), :c, @d, ?1;
-- quarry:down
;;