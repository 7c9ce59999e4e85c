#include "core/base/error.h"

#include <gtest/gtest.h>

#include <set>

#include "core/base/cancel.h"

namespace quarry {
namespace {

TEST(Error, ChainsFromNearToFar) {
    const Error error =
        Error(ErrorCode::locked, "cannot read a", "wait").because("busy").because("held by 12").while_doing("opening");
    EXPECT_EQ(error.code(), ErrorCode::locked);
    EXPECT_EQ(error.message(), "opening");
    EXPECT_EQ(error.causes(), (std::vector<std::string>{"cannot read a", "busy", "held by 12"}));
    EXPECT_EQ(error.hint(), "wait");
    EXPECT_STREQ(error.what(), "opening: cannot read a: busy: held by 12");
}

TEST(Error, WithoutCausesIsItsMessage) {
    const Error error(ErrorCode::usage, "no such option");
    EXPECT_STREQ(error.what(), "no such option");
    EXPECT_TRUE(error.hint().empty());
    EXPECT_TRUE(error.causes().empty());
}

TEST(ErrorCode, NamesAreDistinctAndCodesAreFixed) {
    const std::pair<ErrorCode, int> fixed[] = {{ErrorCode::failed, 1},
                                               {ErrorCode::usage, 2},
                                               {ErrorCode::migrations_pending, 3},
                                               {ErrorCode::schema_drift, 4},
                                               {ErrorCode::migration_edited, 5},
                                               {ErrorCode::migration_order, 6},
                                               {ErrorCode::locked, 7},
                                               {ErrorCode::lint_findings, 8},
                                               {ErrorCode::schema_newer, 9},
                                               {ErrorCode::nothing_found, 10},
                                               {ErrorCode::some_inputs_failed, 11},
                                               {ErrorCode::below_threshold, 12},
                                               {ErrorCode::citation_unsupported, 13},
                                               {ErrorCode::provider_failed, 14},
                                               {ErrorCode::rate_limited, 15},
                                               {ErrorCode::budget_exceeded, 16},
                                               {ErrorCode::interrupted, 130}};
    std::set<std::string_view> names;
    for (const auto& [code, number] : fixed) {
        EXPECT_EQ(static_cast<int>(code), number);
        EXPECT_TRUE(names.insert(error_code_name(code)).second) << number;
    }
}

TEST(Cancellation, ThrowsOnceCancelled) {
    Cancellation cancellation;
    EXPECT_NO_THROW(cancellation.check());
    cancellation.cancel();
    EXPECT_TRUE(cancellation.cancelled());
    try {
        cancellation.check();
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::interrupted);
    }
}

}  // namespace
}  // namespace quarry
