#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/tools/find_tool.h"

namespace quarry::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

llm::ChatTool tool_named(const std::string& name, const std::string& description) {
    llm::ChatTool tool;
    tool.name = name;
    tool.description = description;
    tool.parameters = R"({"type": "object"})";
    return tool;
}

class SilentTool final : public Tool {
public:
    explicit SilentTool(llm::ChatTool definition) : definition_(std::move(definition)) {}
    [[nodiscard]] const llm::ChatTool& definition() const override { return definition_; }
    [[nodiscard]] bool read_only() const override { return true; }
    [[nodiscard]] std::string run(const nlohmann::json&, ToolRun&) override { return "done"; }

private:
    llm::ChatTool definition_;
};

TEST(FindTool, WhatIsFoundIsOfferedFromThenOn) {
    const std::vector<llm::ChatTool> many = {tool_named("git__createPull", "Open a pull request"),
                                             tool_named("files__read", "Read a file of the disk"),
                                             tool_named("files__write", "Write a file")};
    Toolbox toolbox;
    for (const llm::ChatTool& one : many) toolbox.add(std::make_unique<SilentTool>(one), false);
    toolbox.add(make_find_tool(many));
    const Cancellation cancel;
    std::vector<passages::Passage> passages;
    ToolRun run{.passages = passages, .fence = "F", .cancellation = cancel};
    const auto names = [&] {
        std::vector<std::string> offered;
        for (const llm::ChatTool& one : toolbox.definitions(run.found)) offered.push_back(one.name);
        return offered;
    };
    EXPECT_THAT(names(), ElementsAre("find_tool"));
    const auto call = [&](const std::string& name, const std::string& arguments) {
        llm::ChatToolCall asked;
        asked.name = name;
        asked.arguments = arguments;
        return toolbox.call(asked, run).result;
    };
    const auto find = [&](const std::string& query) {
        return call("find_tool", nlohmann::json{{"query", query}}.dump());
    };
    EXPECT_THAT(find("create something"), HasSubstr("git__createPull: Open a pull request"));
    EXPECT_THAT(names(), ElementsAre("git__createPull", "find_tool"));
    EXPECT_THAT(find("weather"), HasSubstr("no tool was found"));
    const std::string files = find("read file");
    EXPECT_LT(files.find("files__read"), files.find("files__write")) << files;
    EXPECT_EQ(call("files__read", "{}"), "done");
}

}  // namespace
}  // namespace quarry::tools
