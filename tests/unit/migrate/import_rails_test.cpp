#include "import_fixture.h"

namespace quarry::migrate::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RailsTest : public ImportTest {
protected:
    [[nodiscard]] ImportedFolder read_structure(const std::string& text) const {
        write_file_atomically(root() / "structure.sql", text);
        return read_foreign_folder(
            {{}, root() / "structure.sql", {}, ForeignTool::rails, sql::Dialect::postgresql, {}});
    }
};

TEST_F(RailsTest, TheStructureIsOneMigrationOfTheLastVersion) {
    const ImportedFolder folder = read_structure(
        "\\restrict a1b2\n\nSET lock_timeout = 0;\nCREATE TABLE public.users (id bigint);\n\n"
        "\\unrestrict a1b2\n\nSET search_path TO \"$user\", public;\n\n"
        "INSERT INTO \"schema_migrations\" (version) VALUES\n('20240212140000'),\n('20240105093000');\n\n");
    EXPECT_THAT(folder.obstacles, IsEmpty());
    EXPECT_THAT(file_names_of(folder), ElementsAre("20240212140000_structure.sql"));
    EXPECT_EQ(folder.migrations[0].text,
              "-- quarry:up\n\n\nSET lock_timeout = 0;\nCREATE TABLE public.users (id bigint);\n\n\n\n"
              "SET search_path TO \"$user\", public;\n\n\n");
    EXPECT_THAT(folder.passed_over, ElementsAre("20240105093000"));
    const std::vector<ForeignLedger> ledgers = {
        {ForeignTool::dbmate, "schema_migrations", {"20240105093000", "20240212140000"}, false, {}}};
    const auto ledger = choose_ledger(ledgers, ForeignTool::rails, "app");
    ASSERT_TRUE(ledger);
    EXPECT_EQ(ledger->tool, ForeignTool::rails);
    EXPECT_THAT(applied_by(*ledger, std::vector<ForeignVersion>{folder.migrations[0].foreign}).applied,
                ElementsAre(true));
}

TEST_F(RailsTest, WhatIsNoStructureIsRefused) {
    EXPECT_THAT(error_of([&] { (void)read_structure("CREATE TABLE a (b int);\n"); }).what(),
                HasSubstr("structure.sql has no versions of schema_migrations"));
    EXPECT_THAT(obstacles_of(read_structure("COPY a FROM stdin;\nINSERT INTO schema_migrations VALUES ('1');\n")),
                ElementsAre(HasSubstr("structure.sql:1:1: COPY from or to the client")));
}

}  // namespace
}  // namespace quarry::migrate::test
