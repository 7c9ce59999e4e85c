#pragma once

#include <vector>

#include "core/app/services.h"
#include "core/wire/doctor_json.h"

namespace quarry::app {

// What works on this machine and what does not. Nothing is changed, and nothing is thrown but Error(interrupted): what
// fails is a check that failed.

/// The libraries that quarry uses, and what the kernel confines of them.
[[nodiscard]] std::vector<wire::DoctorCheck> check_libraries(const Services& services);
/// The files of settings, and whether their values are valid.
[[nodiscard]] std::vector<wire::DoctorCheck> check_settings(const Services& services);
/// The base's file and what is in it.
[[nodiscard]] std::vector<wire::DoctorCheck> check_knowledge_base(const Services& services);
/// The settings of `quarry serve`, and who may come in.
[[nodiscard]] std::vector<wire::DoctorCheck> check_server(const Services& services);
/// The server of cache.url; empty where there is none. Unless `offline`, it is written to and read.
[[nodiscard]] std::vector<wire::DoctorCheck> check_shared_cache(const Services& services, bool offline);
/// The servers of models. Keys are looked for and never shown or sent. With `offline` no server is asked.
[[nodiscard]] std::vector<wire::DoctorCheck> check_models(const Services& services, bool offline);
/// The MCP servers that are named; without `offline` each one that is trusted is started or reached.
[[nodiscard]] std::vector<wire::DoctorCheck> check_mcp_servers(const Services& services, bool offline);

}  // namespace quarry::app
