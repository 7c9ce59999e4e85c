// Fuzzes the MCP server with lines of a client: whatever comes, each answer is a message of JSON-RPC, and a later ping
// is answered.
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "core/json_rpc/message.h"
#include "core/mcp/stdio.h"

namespace {

using namespace quarry;

mcp::Catalog catalog() {
    mcp::Catalog all;
    all.tools.push_back({.name = "t",
                         .input = {{"type", "object"}},
                         .call = [](const mcp::Json& arguments, mcp::Call& call) -> mcp::Json {
                             if (!arguments.contains("ask")) return {{"content", mcp::Json::array()}};
                             return {{"content", call.ask({{.key = "k", .method = "elicitation/create"}}, {{"n", 1}})}};
                         }});
    all.read = [](const std::string& uri, mcp::Call&) { return uri.empty() ? mcp::Json() : mcp::Json::array(); };
    all.complete = [](const mcp::Completion& wanted, mcp::Call&) { return std::vector<std::string>{wanted.value}; };
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static mcp::Server server(catalog(), {.version = "1"});
    const mcp::StdioOptions options{.clock = [] { return std::int64_t{1}; }, .longest_message = 4096, .threads = 1};
    std::istringstream in(std::string(reinterpret_cast<const char*>(data), size) +
                          "\n{\"jsonrpc\":\"2.0\",\"id\":\"the last\",\"method\":\"ping\"}\n");
    std::ostringstream out;
    mcp::serve_stdio(server, options, in, out);
    std::istringstream sent(out.str());
    bool has_pong = false;
    for (std::string line; std::getline(sent, line);) {
        if (!json_rpc::read(line).message) std::abort();
        has_pong = has_pong || line.find("the last") != std::string::npos;
    }
    if (!has_pong) std::abort();
    return 0;
}
