#include "core/agent/channel.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace quarry::agent {
namespace {

using nlohmann::json;

struct ReducerCase {
    const char* reducer;
    json before, first, second, after;
};

TEST(Channels, ReduceWhatIsWrittenInTheOrderOfTheWriters) {
    const ReducerCase cases[] = {
        {"append", {1}, {2, 3}, 4, {1, 2, 3, 4}},
        {"messages", {{{"id", 1}, {"t", "a"}}}, {{"id", 2}}, {{"id", 1}, {"t", "b"}}, {{{"id", 1}, {"t", "b"}}, {{"id", 2}}}},
        {"merge", {{"a", 1}, {"b", 1}}, {{"b", 2}}, {{"c", 3}}, {{"a", 1}, {"b", 2}, {"c", 3}}},
        {"sum", 1, 2, 3, 6},
        {"max", 5, 7, 6, 7},
        {"union", {"a"}, {"b", "a"}, "c", {"a", "b", "c"}},
    };
    for (const ReducerCase& one : cases) {
        Channels channels;
        channels.declare({"c", "", reducer_by_name(one.reducer), one.before});
        json state = channels.initial_state();
        json copy = state;
        const json delta = channels.apply(state, {{"c", one.first, "a"}, {"c", one.second, "b"}});
        EXPECT_EQ(state["c"], one.after) << one.reducer;
        apply_delta(copy, delta);
        EXPECT_EQ(copy, state) << one.reducer;
    }
}

TEST(Channels, KeepOnlyWhatAListGrewBy) {
    Channels channels;
    channels.declare({"c", "list", Reducer::append, {1, 2, 3}});
    json state = channels.initial_state();
    EXPECT_EQ(channels.apply(state, {{"c", 4, "a"}}), (json{{"c", {{"+", {4}}}}}));
}

TEST(Channels, RefuseWhatDoesNotFitAndStayAsTheyWere) {
    Channels channels;
    channels.declare({"n", "integer", Reducer::last, 1});
    channels.declare({"s", "", Reducer::sum});
    channels.close();
    json state = channels.initial_state();
    EXPECT_THROW((void)channels.apply(state, {{"n", 2, "a"}, {"n", 3, "b"}}), Error);
    EXPECT_THROW((void)channels.apply(state, {{"n", "text", "a"}}), Error);
    EXPECT_THROW((void)channels.apply(state, {{"other", 1, "a"}}), Error);
    EXPECT_THROW((void)channels.apply(state, {{"s", "x", "a"}}), Error);
    EXPECT_EQ(state, (json{{"n", 1}}));
    EXPECT_NO_THROW((void)channels.apply(state, {{"n", 2, "a"}, {"n", 3, "a"}}));
    EXPECT_THROW(channels.declare({"n"}), Error);
    EXPECT_THROW((void)reducer_by_name("appendd"), Error);
}

TEST(Channels, TakeAValueOfAPersonInThePlaceOfWhatTheyHold) {
    Channels channels;
    channels.declare({"n", "integer", Reducer::last, 1});
    channels.declare({"list", "", Reducer::append, {1, 2}});
    channels.declare({"sum", "", Reducer::sum});
    channels.close();
    json state = channels.initial_state();
    for (const auto& [name, value] :
         std::vector<std::pair<std::string, json>>{{"n", "text"}, {"list", 3}, {"sum", "x"}, {"other", 1}}) {
        EXPECT_THROW(channels.put(state, name, value), Error) << name;
    }
    EXPECT_EQ(state, channels.initial_state());
    channels.put(state, "list", {3});
    channels.put(state, "n", nullptr);
    EXPECT_EQ(state, (json{{"n", nullptr}, {"list", {3}}}));
    EXPECT_NO_THROW(Channels().put(state, "free", "anything"));
}

}  // namespace
}  // namespace quarry::agent
