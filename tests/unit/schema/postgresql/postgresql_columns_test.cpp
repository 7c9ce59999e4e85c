#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/schema/postgresql/columns.h"

namespace quarry::schema::postgresql {
namespace {

struct Change {
    const char* name;
    Column from, to;
    const char* conversion;
    bool narrows;
};

Column column_of(const char* type, const char* base) {
    Column column;
    column.name = "c";
    column.type = type;
    column.base_type = base;
    return column;
}

class PostgresqlColumnChange : public testing::TestWithParam<Change> {};

TEST_P(PostgresqlColumnChange, IsConvertedAndJudged) {
    const std::map<std::pair<std::string, std::string>, Cast> casts = {
        {{"integer", "bigint"}, Cast::implicit},
        {{"bigint", "integer"}, Cast::assignment},
        {{"boolean", "integer"}, Cast::only_explicit},
        {{"date", "timestamp without time zone"}, Cast::implicit}};
    EXPECT_EQ(conversion(GetParam().from, GetParam().to, casts), GetParam().conversion);
    EXPECT_EQ(narrows(GetParam().from, GetParam().to), GetParam().narrows);
}

INSTANTIATE_TEST_SUITE_P(
    Types, PostgresqlColumnChange,
    testing::Values(
        Change{"wider", column_of("integer", "integer"), column_of("bigint", "bigint"), "", false},
        Change{"narrower", column_of("bigint", "bigint"), column_of("integer", "integer"), "", true},
        Change{"explicit_cast", column_of("boolean", "boolean"), column_of("integer", "integer"), " USING c::integer",
               true},
        Change{"no_cast", column_of("integer", "integer"), column_of("uuid", "uuid"), " USING c::text::uuid", true},
        Change{"from_text", column_of("text", "text"), column_of("numeric(4,1)", "numeric"), " USING c::numeric(4,1)",
               true},
        Change{"to_text", column_of("uuid", "uuid"), column_of("text", "text"), "", false},
        Change{"arrays", column_of("integer[]", "integer[]"), column_of("bigint[]", "bigint[]"), "", false},
        Change{"arrays_without_a_cast", column_of("uuid[]", "uuid[]"), column_of("date[]", "date[]"),
               " USING c::text[]::date[]", true},
        Change{"longer", column_of("character varying(4)", "character varying"),
               column_of("character varying(9)", "character varying"), "", false},
        Change{"shorter", column_of("character varying(9)", "character varying"),
               column_of("character varying(4)", "character varying"), "", true},
        Change{"unlimited", column_of("character varying(9)", "character varying"),
               column_of("character varying", "character varying"), "", false},
        Change{"limited", column_of("numeric", "numeric"), column_of("numeric(10,2)", "numeric"), "", true},
        Change{"fewer_digits_before_the_point", column_of("numeric(10,2)", "numeric"),
               column_of("numeric(10,4)", "numeric"), "", true},
        Change{"less_precise_time", column_of("timestamp(6) without time zone", "timestamp without time zone"),
               column_of("timestamp(3) without time zone", "timestamp without time zone"), "", true}),
    [](const auto& tested) { return tested.param.name; });

TEST(PostgresqlColumnChangeByZone, IsOfTimesWithAZoneAndWithout) {
    const auto depends = [](const char* from, const char* to) {
        return depends_on_time_zone(column_of(from, from), column_of(to, to));
    };
    const char* moment = "timestamp with time zone";
    for (const char* plain : {"timestamp without time zone", "date", "time without time zone", "text"}) {
        EXPECT_TRUE(depends(plain, moment)) << plain;
        EXPECT_TRUE(depends(moment, plain)) << plain;
    }
    EXPECT_TRUE(depends("timestamp without time zone[]", "timestamp with time zone[]"));
    EXPECT_TRUE(depends("text", "time with time zone"));
    EXPECT_FALSE(depends("time with time zone", "time without time zone"));
    EXPECT_FALSE(depends("date", "timestamp without time zone"));
    EXPECT_FALSE(depends(moment, moment));
    EXPECT_FALSE(depends(moment, "bigint"));
}

TEST(PostgresqlSequenceOptions, LeaveOutWhatIsStandard) {
    EXPECT_EQ(sequence_options({"integer", "1", "1", "1", "2147483647", "1", false}), "");
    EXPECT_EQ(sequence_options({"bigint", "-1", "-1", "-9223372036854775808", "-1", "1", false}), " INCREMENT BY -1");
    EXPECT_EQ(sequence_options({"smallint", "5", "2", "0", "100", "4", true}),
              " INCREMENT BY 2 MINVALUE 0 MAXVALUE 100 START WITH 5 CACHE 4 CYCLE");
}

}  // namespace
}  // namespace quarry::schema::postgresql
