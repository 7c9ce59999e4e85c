#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer/answer_event.h"
#include "core/app/workspace.h"
#include "core/base/json_schema.h"

namespace quarry::app {

/// What an operation changes.
enum class Effect : std::uint8_t {
    none,     ///< It only reads, and may be repeated.
    writes,   ///< Adds to what is stored, or replaces it.
    deletes,  ///< Something that is stored may be gone afterwards.
};

/// What a caller must be allowed to do.
enum class Permission : std::uint8_t {
    read,        ///< The documents of the base.
    write,       ///< To add and remove them.
    migrations,  ///< To look at a project's databases and its migration files.
};

/// What an operation works with during one call. Borrowed.
struct OperationContext {
    Workspace& workspace;
    const RequestScope& scope;
    answer::AnswerEventSink events{};  ///< Told what happens on the way to an answer. May be empty.
};

/// Something that quarry does for every door in the same way: HTTP routes with their OpenAPI, MCP tools, and the tools
/// of models are made from it, and what it gives is what the command line prints with --json.
struct Operation {
    std::string name{};     ///< "read_document": letters a to z and "_", at most 64.
    std::string summary{};  ///< One or two sentences, for people and models.
    Effect effect = Effect::none;
    Permission permission = Permission::read;
    bool asks_model = false;               ///< A chat model may be asked, which may cost money.
    nlohmann::ordered_json request{};      ///< JSON Schema 2020-12 of the request, an object.
    std::shared_ptr<const JsonSchema> checked_request{};  ///< The same, read.
    std::vector<std::string> responses{};  ///< Names of the documents it may give (core/wire/document_schema.h).
    std::function<nlohmann::ordered_json(const nlohmann::json& request, const OperationContext& context)> run{};
};

/// All operations. Made once, on the first call; constant from then on.
[[nodiscard]] const std::vector<Operation>& operations();

/// The operation of this name; null when there is none.
[[nodiscard]] const Operation* find_operation(std::string_view name);

/// Checks the request against its schema and runs the operation. Throws Error: usage for a request that does not fit,
/// and what the services of core/app throw.
[[nodiscard]] nlohmann::ordered_json run_operation(const Operation& operation, const nlohmann::json& request,
                                                   const OperationContext& context);

}  // namespace quarry::app
