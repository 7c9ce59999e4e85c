#include "core/app/sql_tool.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/store/sqlite/read_only_sql.h"
#include "core/tools/fence.h"

namespace quarry::app {
namespace {

class SqlTool final : public tools::Tool {
public:
    explicit SqlTool(std::filesystem::path base) : base_(std::move(base)) {
        definition_.name = "sql";
        definition_.description = fmt::format(
            "Count or list the user's documents by one SELECT of SQLite, read-only. Tables: {} For what documents "
            "say, use search.",
            store::readable_tables());
        definition_.parameters =
            R"({"type": "object", "properties": {"query": {"type": "string", "minLength": 1, "maxLength": 10000, )"
            R"("description": "One SELECT statement"}}, "required": ["query"], "additionalProperties": false})";
    }
    [[nodiscard]] const llm::ChatTool& definition() const override { return definition_; }
    [[nodiscard]] bool read_only() const override { return true; }

    [[nodiscard]] std::string run(const nlohmann::json& arguments, tools::ToolRun& run) override {
        const store::SqlResult result =
            store::run_read_only_sql(base_, arguments.at("query").get<std::string>(), {}, run.cancellation);
        nlohmann::json rows = nlohmann::json::array({result.columns});
        for (const auto& row : result.rows) rows.push_back(row);
        std::string text;
        for (const auto& row : rows) text += row.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
        if (result.cut) text += "(cut: there is more)\n";
        return tools::fenced("ROWS", text, run.fence);
    }

private:
    std::filesystem::path base_;
    llm::ChatTool definition_;
};

}  // namespace

std::unique_ptr<tools::Tool> make_sql_tool(std::filesystem::path base) {
    return std::make_unique<SqlTool>(std::move(base));
}

}  // namespace quarry::app
