#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/agent/agent_reader.h"
#include "core/agent/runner.h"
#include "core/base/file.h"
#include "core/store/store.h"

namespace quarry::agent {

/// Files of an agent in memory, by their names.
using Files = std::map<std::string, std::string>;

inline AgentFile read_files(const Files& files, const std::string& root = "root.yaml") {
    return read_agent(root, [&](const std::string& name) {
        const auto found = files.find(name);
        if (found == files.end()) throw Error(ErrorCode::failed, "cannot read " + name);
        return found->second;
    });
}

inline AgentFile read_text(const std::string& text) { return read_files({{"root.yaml", text}}); }

class FakeTool final : public tools::Tool {
public:
    using Run = std::function<std::string(const nlohmann::json& arguments)>;
    struct Described {
        bool read_only = true;
        Run run;
        std::string schema = R"({"type": "object"})";
        bool idempotent = false;
    };
    FakeTool(std::string name, const Described& described)
        : definition_{std::move(name), "A tool of a test.", described.schema}, described_(described) {}
    [[nodiscard]] const llm::ChatTool& definition() const override { return definition_; }
    [[nodiscard]] bool read_only() const override { return described_.read_only; }
    [[nodiscard]] bool idempotent() const override { return described_.read_only || described_.idempotent; }
    [[nodiscard]] bool concurrent() const override { return true; }
    [[nodiscard]] std::string run(const nlohmann::json& arguments, tools::ToolRun&) override {
        return described_.run(arguments);
    }

private:
    llm::ChatTool definition_;
    Described described_;
};

/// Tools and a model that are functions of the test.
class FakeEnvironment final : public Environment {
public:
    std::map<std::string, FakeTool::Described> tools{};
    std::function<llm::ChatResponse(const llm::ChatRequest&)> model{};
    tools::Decision decision = tools::Decision::allow;
    std::atomic<int> asked{0};

    llm::ChatResponse chat(const std::string&, const llm::ChatRequest& request, const llm::TextSink&,
                           const Cancellation&) override {
        ++asked;
        return model(request);
    }
    std::unique_ptr<tools::Tool> tool(const std::string& name) override {
        const auto found = tools.find(name);
        if (found == tools.end()) return nullptr;
        return std::make_unique<FakeTool>(name, found->second);
    }
    tools::Decision decide(const llm::ChatTool&, const std::string&) override { return decision; }
};

inline llm::ChatResponse says(std::string text) {
    llm::ChatResponse response;
    response.text = std::move(text);
    response.finish_reason = "stop";
    return response;
}
inline llm::ChatResponse calls(const std::string& tool, const std::string& arguments) {
    llm::ChatResponse response;
    response.tool_calls.push_back({"call", tool, arguments, {}});
    return response;
}

/// Several calls in one turn: names of tools with their arguments.
inline llm::ChatResponse calls_all(const std::vector<std::pair<std::string, std::string>>& all) {
    llm::ChatResponse response;
    for (const auto& [tool, arguments] : all) {
        response.tool_calls.push_back({"call" + std::to_string(response.tool_calls.size()), tool, arguments, {}});
    }
    return response;
}

/// A base with threads of agents.
class AgentBase {
public:
    AgentBase() {
        static_cast<void>(store::open_store(path(), store::StoreMode::create));
        repository_ = store::open_checkpoints(path(), store::StoreMode::write);
    }
    [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "base.db"; }
    [[nodiscard]] store::CheckpointRepository& repository() { return *repository_; }

    /// A run that `who` holds, in the thread of a name.
    store::RunHolder add_run(const std::string& thread, const std::string& who = "me") {
        auto known = repository_->find_thread("owner", thread);
        if (!known) {
            known = repository_->create_thread({.principal = "owner", .name = thread, .agent = "root", .created_at = 1});
        }
        const std::string id = fmt_id(++runs_);
        repository_->begin_run({.id = id, .thread_id = known->id, .principal = "owner", .file = "root.yaml",
                                .digest = "d", .started_at = 100, .lease = who, .lease_until = 1000});
        return {id, known->id, who};
    }

private:
    static std::string fmt_id(int number) {
        std::string id = std::to_string(number);
        return std::string(32 - id.size(), '0') + id;
    }

    TemporaryDirectory folder_;
    std::unique_ptr<store::CheckpointRepository> repository_;
    int runs_ = 0;
};

inline RunnerOptions test_options(const KillPoints* kill = nullptr) {
    return {.max_steps = 200, .threads = 2, .whole_every = 5, .now = [] { return std::int64_t{100}; }, .kill = kill};
}

inline void no_events(std::string_view, const nlohmann::json&) {}

}  // namespace quarry::agent
