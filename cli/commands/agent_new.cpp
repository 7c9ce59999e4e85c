// quarry agent new: a first agent file.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/base/error.h"
#include "core/base/file.h"

namespace quarry::cli {
namespace {

class AgentNewCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "agent new",
                .summary = "write a first agent file",
                .description = "Writes an agent file to begin with: one that answers from the knowledge base, or a "
                               "graph with a person in it.",
                .examples = {{"quarry agent new research.yaml", "an agent with tools"},
                             {"quarry agent new --graph review.yaml", "a graph"}}};
    }

    void setup(OptionTable& options) override {
        options.add("file", file_, "The file to write").required().value("FILE");
        options.flag("--graph", graph_, "A graph with a person in it");
    }

    [[nodiscard]] int run(Context& context) override {
        const std::filesystem::path path(file_);
        std::error_code unknown;
        if (std::filesystem::exists(path, unknown)) {
            throw Error(ErrorCode::usage, fmt::format("{} is there already", file_), "choose another name");
        }
        write_file_atomically(path, graph_ ? graph_text : agent_text);
        context.out.note(fmt::format("wrote {}; run it: quarry agent run {} TEXT", file_, file_));
        return 0;
    }

private:
    static constexpr const char* agent_text = R"(name: research
description: Answers questions from the documents of the knowledge base.
instruction: |
  Search the documents before you answer. Say where each fact is from.
tools:
  - name: search
  - name: read_document
)";
    static constexpr const char* graph_text = R"(agent_class: Workflow
name: review
state:
  input: string
  verdict: object
  done: boolean
edges:
  - - START
    - name: ask
      interrupt:
        ask: "May this be published: {input}"
        schema: {type: object, properties: {ok: {type: boolean}}, required: [ok]}
      output_key: verdict
      route: output.ok
    - "true": publish
      "false": refuse
nodes:
  - {name: publish, set: {done: "true"}}
  - {name: refuse, set: {done: "false"}}
)";

    std::string file_;
    bool graph_ = false;
};

}  // namespace

std::unique_ptr<Command> make_agent_new_command() { return std::make_unique<AgentNewCommand>(); }

}  // namespace quarry::cli
