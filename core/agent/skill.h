#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/agent/definition.h"
#include "core/agent/node_run.h"
#include "core/tools/toolbox.h"

// Skills of agents. For core/agent alone.
namespace quarry::agent {

/// A skill from its SKILL.md: front matter with `name` (1 to 64 small letters, digits and -, the folder's own) and
/// `description` (1 to 1024 characters), then the instructions. What else the front matter says changes nothing:
/// allowed-tools permits nothing. Throws Error(usage) with file and line.
[[nodiscard]] Skill read_skill(std::string_view text, const std::string& folder, const Place& place);

/// The path of a file from the root file's folder, for one that `from` refers to. Throws Error(usage) for one that leads
/// out of it.
[[nodiscard]] std::string resolve_path(const std::string& reference, const Place& from);

/// What a model is told of its skills, behind its instruction; empty without any.
[[nodiscard]] std::string skill_catalogue(const Definition& node);

/// The tool `load_skill`: a skill's instructions, or a text file of its folder, at most 50 kB of each. Files are read
/// when they are asked for and kept in the journal. Borrows all.
[[nodiscard]] std::unique_ptr<tools::Tool> make_skill_tool(const Definition& node, const NodeContext& context,
                                                           Journal::Task& journal);

}  // namespace quarry::agent
