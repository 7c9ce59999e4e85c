#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/workspace.h"
#include "core/base/json_schema.h"
#include "core/serve/run_log.h"

namespace quarry::serve {

/// What a job works with. Borrowed.
struct JobContext {
    const nlohmann::json& request;
    app::Workspace& workspace;
    const app::RequestScope& scope;
    RunLog& runs;
    Run& run;
};

/// A kind of work in the background, as data. It may be begun several times, and then goes on where it was.
struct JobKind {
    std::string name{};                ///< "ingest": on disk.
    std::string scope{};               ///< What its caller must be allowed.
    nlohmann::ordered_json request{};  ///< JSON Schema.
    std::shared_ptr<const JsonSchema> checked_request{};
    /// Gives its result. Throws Error; what passes (core/base/error.h) is tried again later.
    std::function<nlohmann::ordered_json(const JobContext& context)> work{};
};

[[nodiscard]] const std::vector<JobKind>& job_kinds();
/// Null when there is none.
[[nodiscard]] const JobKind* find_job_kind(std::string_view name);

/// What an event of a job says, with the number that it will have.
[[nodiscard]] std::string event_data_of(const Run& run, const char* name, const nlohmann::ordered_json& fields);
/// An event of a job as its run has it: its name, its number and its fields on one line.
void add_event(Run& run, const char* name, const nlohmann::ordered_json& fields);

}  // namespace quarry::serve
