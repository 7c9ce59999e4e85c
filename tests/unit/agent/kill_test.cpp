// Random graphs whose runs are killed at every step and within nodes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <string>

#include "core/agent/runner.h"
#include "tests/unit/agent/agent_fixture.h"

namespace quarry::agent {
namespace {

using nlohmann::json;
using store::AgentRunState;

struct Killed {};

/// Ends a process at one of the places where it writes.
class Killer {
public:
    explicit Killer(int after) : left_(after) {
        points.at_call = [this](std::string_view where, const store::AgentCall& call) {
            count(where == "begun" || where == "made", call);
        };
        points.at_step = [this](std::string_view, std::int64_t) { count(false, {}); };
    }
    KillPoints points{};
    bool has_killed = false;
    /// Where it was killed, a call that does not only read had begun.
    bool leaves_doubt = false;

private:
    void count(bool in_call, const store::AgentCall& call) {
        const std::lock_guard lock(mutex_);
        if (has_killed || left_-- == 0) {
            leaves_doubt = leaves_doubt || (in_call && call.name == "effect");
            has_killed = true;
            throw Killed{};  // and what other threads do from here on is not written
        }
    }
    std::mutex mutex_;
    int left_;
};

/// A graph of sequences, branches and loops, whose leaves have effects.
class RandomGraph {
public:
    explicit RandomGraph(unsigned seed) : random_(seed) {
        text = "agent_class: SequentialAgent\nname: root\nstate: {log: {reducer: append}, n: {reducer: sum, default: 0}}\nsub_agents:\n";
        const int children = 1 + pick(3);
        for (int i = 0; i < children; ++i) add(1);
    }
    std::string text;

private:
    int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
    void line(int depth, const std::string& content) { text += std::string(static_cast<std::size_t>(depth) * 2, ' ') + content + "\n"; }

    void add(int depth) {
        const std::string name = fmt::format("n{}", ++names_);
        const int kind = depth > 3 || names_ > 12 ? pick(3) : pick(6);
        if (kind < 3) {
            const char* const tool = kind == 0 ? "effect" : kind == 1 ? "read" : "";
            if (*tool == 0) return line(depth, fmt::format("- {{name: {}, set: {{n: '1', log: \"'{}'\"}}}}", name, name));
            return line(depth, fmt::format("- {{name: {}, func_code: {}, args: {{node: \"'{}'\", n: n}}, set: {{log: output}}}}", name,
                                           tool, name));
        }
        line(depth, fmt::format("- name: {}", name));
        line(depth, fmt::format("  agent_class: {}", kind == 3 ? "SequentialAgent" : kind == 4 ? "ParallelAgent" : "LoopAgent"));
        if (kind == 5) line(depth, "  max_iterations: 2");
        line(depth, "  sub_agents:");
        const int children = 1 + pick(3);
        for (int i = 0; i < children; ++i) add(depth + 2);
    }

    std::mt19937 random_;
    int names_ = 0;
};

/// What the outside has seen: calls of the tool with effects, by their arguments.
struct Outside {
    std::mutex mutex;
    std::map<std::string, int> effects;
};

class Killing : public ::testing::Test {
protected:
    Killing() {
        environment.tools["effect"] = {false, [this](const json& arguments) {
                                           const std::lock_guard lock(outside.mutex);
                                           ++outside.effects[arguments.dump()];
                                           return "did " + arguments["node"].get<std::string>();
                                       }};
        environment.tools["read"] = {true, [](const json& arguments) { return "read " + arguments["node"].get<std::string>(); }};
    }

    RunOutcome run(const AgentFile& agent, const std::string& thread) {
        holder = base.add_run(thread);
        Runner runner(agent, environment, base.repository(), test_options());
        return runner.begin(holder, "go", no_events, cancellation);
    }

    /// Runs to the end and is killed after so many writes; gives what became of it, and whether there was a kill.
    struct End {
        RunOutcome outcome{};
        bool was_killed = false;
        int doubts = 0;
        bool left_doubt = false;
    };
    End run_killed(const AgentFile& agent, const std::string& thread, int after, bool consents) {
        holder = base.add_run(thread);
        Killer killer(after);
        End end;
        try {
            Runner runner(agent, environment, base.repository(), test_options(&killer.points));
            end.outcome = runner.begin(holder, "go", no_events, cancellation);
            return end;
        } catch (const Killed&) {
            end.was_killed = true;
            end.left_doubt = killer.leaves_doubt;
        }
        if (!base.repository().last_step(holder.thread_id)) {  // killed before the first step was there
            EXPECT_TRUE(base.repository().take_run(holder, 5000, 5060));
            Runner runner(agent, environment, base.repository(), test_options());
            EXPECT_EQ(runner.go_on(holder, no_events, cancellation).state, AgentRunState::failed);
            end.outcome = run(agent, thread);
            return end;
        }
        for (int tries = 0; tries < 5; ++tries) {
            EXPECT_TRUE(base.repository().take_run(holder, 5000, 5060));
            Runner runner(agent, environment, base.repository(), test_options());
            end.outcome = runner.go_on(holder, no_events, cancellation);
            if (end.outcome.state != AgentRunState::waiting) return end;
            for (const PersonRequest& one : end.outcome.waiting) {
                EXPECT_EQ(one.kind, PersonRequest::Kind::in_doubt);
                ++end.doubts;
                const auto state = consents ? store::AgentCallState::again : store::AgentCallState::done;
                EXPECT_TRUE(base.repository().answer_call(
                    holder.thread_id, {.step = one.step, .task = one.task, .number = one.number, .state = state,
                                       .result = json("did " + one.task.substr(one.task.rfind('/') + 1)).dump(),
                                       .ended_at = 1}));
            }
        }
        return end;
    }

    AgentBase base;
    FakeEnvironment environment;
    Outside outside;
    Cancellation cancellation;
    store::RunHolder holder;
};

int number_of(const char* variable, int otherwise) {
    const char* const wanted = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): nothing sets it
    return wanted != nullptr ? std::atoi(wanted) : otherwise;
}
int graphs() { return number_of("QUARRY_AGENT_GRAPHS", 200); }
/// Nightly, several processes share the graphs by their seeds.
int first_seed() { return number_of("QUARRY_AGENT_FIRST_SEED", 1); }

TEST_F(Killing, NeverRepeatsAnEffectAndChangesNothing) {
    int kills = 0, doubts = 0;
    for (int seed = first_seed(); seed < first_seed() + graphs(); ++seed) {
        const RandomGraph graph(static_cast<unsigned>(seed));
        SCOPED_TRACE(fmt::format("seed {}\n{}", seed, graph.text));
        const AgentFile agent = read_text(graph.text);
        outside.effects.clear();
        const RunOutcome whole = run(agent, fmt::format("whole{}", seed));
        ASSERT_EQ(whole.state, AgentRunState::done);
        const std::map<std::string, int> effects = outside.effects;
        // Every place of a small graph; of a large one every third, at another one for each seed.
        const int stride = graphs() > 1000 ? 5 : 3;
        for (int after = seed % stride;; after += stride) {
            SCOPED_TRACE(fmt::format("killed after {} writes", after));
            outside.effects.clear();
            const End end = run_killed(agent, fmt::format("killed{}.{}", seed, after), after, false);
            ASSERT_EQ(end.outcome.state, AgentRunState::done);
            ASSERT_EQ(end.outcome.values, whole.values);
            for (const auto& [arguments, times] : outside.effects) {
                ASSERT_LE(times, effects.at(arguments)) << arguments << " happened twice";
            }
            if (!end.was_killed) break;
            ++kills;
            doubts += end.doubts;
            // Where one call was cut off, one is in doubt. Of nodes side by side each may be.
            if (end.left_doubt) {
                ASSERT_GE(end.doubts, 1);
            }
            if (graph.text.find("ParallelAgent") == std::string::npos) {
                ASSERT_EQ(end.doubts, end.left_doubt ? 1 : 0);
            }
        }
    }
    EXPECT_GT(kills, graphs() * 2);
    EXPECT_GT(doubts, graphs() / 4);
}

TEST_F(Killing, MakesACallOfAnIdempotentToolAgainAndEndsTheSame) {
    environment.tools["effect"].idempotent = true;
    int kills = 0, repeated = 0;
    for (int seed = first_seed(); seed < first_seed() + std::max(20, graphs() / 10); ++seed) {
        const RandomGraph graph(static_cast<unsigned>(seed));
        SCOPED_TRACE(fmt::format("seed {}\n{}", seed, graph.text));
        const AgentFile agent = read_text(graph.text);
        outside.effects.clear();
        const RunOutcome whole = run(agent, fmt::format("whole{}", seed));
        const std::map<std::string, int> effects = outside.effects;
        for (int after = seed % 5;; after += 5) {
            SCOPED_TRACE(fmt::format("killed after {} writes", after));
            outside.effects.clear();
            const End end = run_killed(agent, fmt::format("killed{}.{}", seed, after), after, false);
            ASSERT_EQ(end.outcome.state, AgentRunState::done);
            ASSERT_EQ(end.outcome.values, whole.values);
            ASSERT_EQ(end.doubts, 0) << "nobody needs to be asked";
            for (const auto& [arguments, times] : outside.effects) repeated += times - effects.at(arguments);
            if (!end.was_killed) break;
            ++kills;
        }
    }
    EXPECT_GT(kills, 20);
    EXPECT_GT(repeated, 0) << "no kill was between an effect and its record";
}

TEST_F(Killing, RepeatsNoneOfTheCallsThatRanSideBySide) {
    environment.model = [](const llm::ChatRequest& request) {
        if (request.messages.back().role == llm::ChatMessage::Role::tool) return says(request.messages.back().content);
        return calls_all({{"read", R"({"node": "a"})"}, {"read", R"({"node": "b"})"}, {"effect", R"({"node": "c"})"},
                          {"read", R"({"node": "d"})"}, {"read", R"({"node": "e"})"}});
    };
    const AgentFile agent = read_text("name: root\ninstruction: x\ntools: [{name: read}, {name: effect}]\noutput_key: o\n");
    for (int after = 0; after < 60; ++after) {
        outside.effects.clear();
        const End end = run_killed(agent, fmt::format("beside{}", after), after, false);
        ASSERT_EQ(end.outcome.state, AgentRunState::done);
        EXPECT_EQ(end.outcome.values["o"], "read e");
        EXPECT_LE(outside.effects[R"({"node":"c"})"], 1);
        EXPECT_EQ(end.doubts, end.left_doubt ? 1 : 0);
        if (!end.was_killed) return;
    }
    ADD_FAILURE() << "it was killed each time";
}

TEST_F(Killing, MakesACallAgainThatAPersonAllows) {
    const AgentFile agent = read_text("name: root\nfunc_code: effect\nargs: {node: \"'x'\"}\noutput_key: o\n");
    for (int after = 0; after < 8; ++after) {
        outside.effects.clear();
        const End end = run_killed(agent, fmt::format("again{}", after), after, true);
        ASSERT_EQ(end.outcome.state, AgentRunState::done);
        EXPECT_EQ(end.outcome.values["o"], "did x");
        if (!end.was_killed) return;
    }
    ADD_FAILURE() << "it was killed each time";
}

TEST_F(Killing, AsksAModelAgainOnlyForAnAnswerThatWasNotKept) {
    int calls_made = 0;
    environment.model = [&](const llm::ChatRequest& request) {
        ++calls_made;
        return request.messages.back().role == llm::ChatMessage::Role::tool ? says("done") : calls("read", R"({"node": "m"})");
    };
    const AgentFile agent = read_text("name: root\ninstruction: x\ntools: [{name: read}]\noutput_key: o\n");
    for (int after = 0; after < 30; ++after) {
        calls_made = 0;
        const End end = run_killed(agent, fmt::format("model{}", after), after, false);
        ASSERT_EQ(end.outcome.values["o"], "done");
        EXPECT_LE(calls_made, 3) << "one answer at most is paid for twice";
        EXPECT_EQ(end.doubts, 0);
        if (!end.was_killed) return;
    }
    ADD_FAILURE() << "it was killed each time";
}

TEST_F(Killing, MakesNoMoreAttemptsOfANode) {
    int tried = 0;
    environment.tools["broken"] = {true, [&](const json&) -> std::string {
                                       ++tried;
                                       throw Error(ErrorCode::failed, "not now");
                                   }};
    const AgentFile agent = read_text("name: root\nfunc_code: broken\nretry: 3\n");
    KillPoints points;
    points.at_call = [](std::string_view where, const store::AgentCall&) {
        if (where == "ended") throw Killed{};
    };
    holder = base.add_run("t");
    Runner first(agent, environment, base.repository(), test_options(&points));
    EXPECT_THROW((void)first.begin(holder, "x", no_events, cancellation), Killed);
    for (int again = 2; again <= 3; ++again) {
        ASSERT_TRUE(base.repository().take_run(holder, 1000, 1000));
        Runner runner(agent, environment, base.repository(), test_options(&points));
        EXPECT_THROW((void)runner.go_on(holder, no_events, cancellation), Killed);
        EXPECT_EQ(tried, again);
    }
    ASSERT_TRUE(base.repository().take_run(holder, 1000, 1000));
    Runner last(agent, environment, base.repository(), test_options());
    EXPECT_EQ(last.go_on(holder, no_events, cancellation).state, AgentRunState::failed);
    EXPECT_EQ(tried, 3);
}

}  // namespace
}  // namespace quarry::agent
