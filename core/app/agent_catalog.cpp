// The agents of a server.
#include "core/app/agent_catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files = 500;

bool is_yaml(const fs::path& file) { return file.extension() == ".yaml" || file.extension() == ".yml"; }

/// The files that may be agents.
std::vector<fs::path> candidate_files(const Workspace& workspace) {
    const std::string setting = workspace.config().text("serve.agents");
    if (setting.empty()) return {};
    const fs::path place = fs::absolute(setting).lexically_normal();
    std::error_code unknown;
    if (fs::is_regular_file(place, unknown)) return {place};
    std::vector<fs::path> files;
    std::error_code failed;
    for (fs::directory_iterator at(place, failed), end; !failed && at != end; at.increment(failed)) {
        const fs::path root = at->path() / "root_agent.yaml";
        if (at->is_regular_file(unknown) && is_yaml(at->path())) {
            files.push_back(at->path());
        } else if (at->is_directory(unknown) && fs::is_regular_file(root, unknown)) {
            files.push_back(root);
        }
        if (files.size() > most_files) {
            throw Error(ErrorCode::failed, fmt::format("{} has more than {} files", setting, most_files),
                        "name a folder that has agents only: serve.agents");
        }
    }
    if (failed) {
        throw Error(ErrorCode::failed, fmt::format("cannot read the folder {}", setting), "set serve.agents to a folder")
            .because(failed.message());
    }
    std::ranges::sort(files);
    return files;
}

OfferedAgent read_offered(const fs::path& file, const AgentService& agents, const RequestScope& scope) {
    OfferedAgent one{.name = file.stem().string(), .file = file};
    try {
        AgentCheck checked = agents.check(file, scope);
        one.name = checked.agent.top().name;
        one.agent = std::move(checked.agent);
        checked.agent = one.agent;
        AgentService::require_complete(checked);
    } catch (const Error& error) {
        one.problem = error.what();
    }
    return one;
}

}  // namespace

std::vector<OfferedAgent> offered_agents(const Workspace& workspace, const AgentService& agents,
                                         const RequestScope& scope) {
    std::vector<OfferedAgent> all;
    std::set<fs::path> parts;
    for (const fs::path& file : candidate_files(workspace)) {
        OfferedAgent one = read_offered(file, agents, scope);
        for (std::size_t i = 1; i < one.agent.files.size(); ++i) {
            parts.insert((file.parent_path() / one.agent.files[i]).lexically_normal());
        }
        all.push_back(std::move(one));
    }
    std::erase_if(all, [&](const OfferedAgent& one) { return parts.contains(one.file); });
    std::ranges::stable_sort(all, {}, &OfferedAgent::name);
    for (std::size_t i = 1; i < all.size(); ++i) {
        if (all[i].name == all[i - 1].name) all[i].problem = "another file has an agent of this name";
    }
    return all;
}

bool is_offered(const Workspace& workspace, const fs::path& file) {
    const std::vector<fs::path> files = candidate_files(workspace);
    return std::ranges::find(files, file.lexically_normal()) != files.end();
}

}  // namespace quarry::app
