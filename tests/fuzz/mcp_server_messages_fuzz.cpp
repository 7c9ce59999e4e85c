// Fuzzes what MCP servers send: an event stream of messages, lists of tools, challenges, forms. Whatever comes, it is
// read, refused or left out, and a tool that is taken has a name that can be shown and a schema of an object.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/json_rpc/message.h"
#include "core/llm/event_stream.h"
#include "core/mcp_client/elicitation.h"
#include "core/mcp_client/foreign_tool.h"
#include "core/mcp_client/listing.h"
#include "core/mcp_client/oauth_metadata.h"

namespace {

using namespace quarry;

void read_tools(const json_rpc::Json& value) {
    mcp_client::ToolListings listings;
    mcp_client::read_tool(value, listings);
    for (const mcp_client::ToolListing& tool : listings.tools) {
        if (tool.name.empty() || !tool.input_schema.is_object() || find_invalid_utf8(tool.description)) std::abort();
    }
    std::vector<mcp_client::ResourceListing> resources;
    mcp_client::read_resource(value, false, resources);
    std::vector<mcp_client::PromptListing> prompts;
    mcp_client::read_prompt(value, prompts);
}

void read_result(const json_rpc::Json& value) {
    if (!value.is_object()) return;
    static_cast<void>(mcp_client::result_text(value));
    try {
        static_cast<void>(mcp_client::answer_elicitation(value, mcp_client::filled_with_defaults));
    } catch (const Error&) {  // no form
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static_cast<void>(mcp_client::read_challenge(text));
    llm::EventStreamParser events(1 << 20);
    const auto take = [](const llm::ServerSentEvent& event) {
        const json_rpc::Reading reading = json_rpc::read(event.data);
        if (!reading.message) return;
        read_tools(reading.message->result);
        read_tools(reading.message->params);
        read_result(reading.message->result);
        read_result(reading.message->params);
    };
    try {
        events.feed(text, take);
        events.finish(take);
    } catch (const Error&) {  // an event over the limit
    }
    return 0;
}
