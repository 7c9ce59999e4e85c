#include "core/mcp/document_operations.h"

#include <fmt/format.h>

#include <variant>

#include "core/answer/answer_event.h"
#include "core/app/operation.h"
#include "core/base/error.h"
#include "core/mcp/document_uri.h"
#include "core/store/base_address.h"

namespace quarry::mcp {
namespace {

/// What the application says meanwhile, as log messages and progress.
class CallNotices final : public app::Notices {
public:
    explicit CallNotices(Call& call) : call_(call) {}
    void note(std::string_view line) override { call_.log("info", Json(std::string(line))); }
    void warn(std::string_view line) override { call_.log("warning", Json(std::string(line))); }
    void remark(std::string_view) override {}
    void progress(std::string_view line) override {
        if (!line.empty()) call_.progress(++steps_, 0, line);
    }
    void event(const answer::AnswerEvent& event) {
        if (const auto* found = std::get_if<answer::event::Retrieved>(&event.body)) {
            progress(fmt::format("{} passages found", found->found.passages.size()));
        } else if (std::holds_alternative<answer::event::Claim>(event.body)) {
            progress(fmt::format("{} sentences checked", ++claims_));
        } else if (const auto* notice = std::get_if<answer::event::Notice>(&event.body)) {
            notice->is_warning ? warn(notice->text) : note(notice->text);
        }
    }

private:
    Call& call_;
    double steps_ = 0;
    std::size_t claims_ = 0;
};

}  // namespace

bool has_base(const app::Workspace& workspace) { return store::base_exists(workspace.base_path()); }

Json run_operation(std::string_view name, const Json& arguments, app::Workspace& workspace, Call& call) {
    CallNotices notices(call);
    const app::RequestScope& given = call.scope();
    const app::RequestScope scope{given.cancel, notices, given.clock, given.principal, given.budget, given.access};
    return app::run_operation(*app::find_operation(name), nlohmann::json(arguments),
                              {workspace, scope, [&](const answer::AnswerEvent& event) { notices.event(event); }});
}

Json read_document(const std::string& uri, app::Workspace& workspace, Call& call) {
    const auto wanted = parse_document_uri(uri);
    if (!wanted) return nullptr;
    Json arguments = {{"document", wanted->name}};
    const auto add = [&](const char* name, std::size_t number) {
        if (number > 0) arguments[name] = number;
    };
    add("start_line", wanted->first_line);
    add("end_line", wanted->last_line);
    add("start_page", wanted->first_page);
    add("end_page", wanted->last_page);
    Json document;
    try {
        document = run_operation("read_document", arguments, workspace, call);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::nothing_found) return nullptr;
        if (error.code() == ErrorCode::usage) throw Refusal(json_rpc::invalid_params, error.message(), nullptr, 400);
        throw;
    }
    const std::string type = document["document"].value("media_type", "");
    Json contents = {{"uri", uri},
                     {"mimeType", type.starts_with("text/") ? type : std::string("text/plain")},
                     {"text", document["text"]}};
    if (const Json& part = document["part"]; part.value("cut", false)) {
        // A resource has no other place to say that it goes on.
        const DocumentUri rest{.name = wanted->name,
                               .first_line = part["end_line"].get<std::size_t>() + 1,
                               .last_line = part["lines"].get<std::size_t>()};
        contents["_meta"] = {{"quarry/cut", true}, {"quarry/next", rest.text()}};
    }
    return Json::array({std::move(contents)});
}

}  // namespace quarry::mcp
