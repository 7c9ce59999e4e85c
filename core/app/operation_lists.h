#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/app/operation.h"
#include "core/search/filter_spec.h"

// How the operations are described, and their parts of `operations()`. For core/app alone.
namespace quarry::app {

[[nodiscard]] std::vector<Operation> search_operations();     ///< search, ask, verify, eval
[[nodiscard]] std::vector<Operation> document_operations();   ///< documents in the base
[[nodiscard]] std::vector<Operation> migration_operations();  ///< a project's migrations

/// The JSON Schema of an object with these properties and no others.
[[nodiscard]] nlohmann::ordered_json request_schema(nlohmann::ordered_json properties,
                                                    std::initializer_list<const char*> required = {});
/// `properties` with those of a filter, FilterSpec's fields, behind them.
[[nodiscard]] nlohmann::ordered_json with_filter(nlohmann::ordered_json properties);
/// What a request with such properties says of the filter.
[[nodiscard]] search::FilterSpec filter_spec(const nlohmann::json& request);

/// A property that is a list of texts.
[[nodiscard]] nlohmann::ordered_json text_list(const char* description);
[[nodiscard]] std::vector<std::string> texts(const nlohmann::json& request, const char* name);
[[nodiscard]] std::string text_of(const nlohmann::json& request, const char* name);

}  // namespace quarry::app
