#pragma once

#include <string>
#include <vector>

#include "core/json_rpc/message.h"
#include "core/mcp_client/param_headers.h"

namespace quarry::mcp_client {

/// A tool as a server describes it. All of it is foreign.
struct ToolListing {
    std::string name{}, title{}, description{};
    json_rpc::Json input_schema{}, output_schema{};  ///< The second may be null.
    bool says_read_only = false;                     ///< The server's word, which grants nothing.
    bool says_idempotent = false;                    ///< Its word too, for calls that were permitted already.
    std::vector<ParamHeader> headers{};
    std::string hash{};  ///< SHA-256 of what the server says of it, to see a change.
};

struct ResourceListing {
    std::string uri{}, name{}, description{}, media_type{};
    bool is_template = false;  ///< `uri` has places to fill in.
};

struct PromptArgument {
    std::string name{}, description{};
    bool is_required = false;
};
struct PromptListing {
    std::string name{}, description{};
    std::vector<PromptArgument> arguments{};
};

/// A tool that is not used, and why.
struct RefusedListing {
    std::string name{}, why{};
};
struct ToolListings {
    std::vector<ToolListing> tools{};
    std::vector<RefusedListing> refused{};
};

/// Reads what a list holds: an entry that is not one is left out, a tool that must not be used is refused.
void read_tool(const json_rpc::Json& entry, ToolListings& into);
void read_resource(const json_rpc::Json& entry, bool is_template, std::vector<ResourceListing>& into);
void read_prompt(const json_rpc::Json& entry, std::vector<PromptListing>& into);

}  // namespace quarry::mcp_client
