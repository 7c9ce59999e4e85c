#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/services.h"
#include "core/base/json_schema.h"
#include "core/mcp/protocol.h"
#include "core/mcp/session.h"

namespace quarry::mcp {

/// What a transport knows of a request. Borrowed while the request is answered.
struct RequestContext {
    const app::RequestScope& scope;  ///< Its cancellation is the request's.
    std::set<std::string> scopes{};  ///< What the caller may do, by the names of app::scope_names().
    Channel& channel;                ///< Where notifications about the request go.
    Session* session = nullptr;      ///< Null for a client without one.
};

/// Something that only the client knows: a person's answer, a completion of its model, or its folders.
struct InputRequest {
    std::string key{};     ///< Identifies the answer.
    std::string method{};  ///< elicitation/create, sampling/createMessage or roots/list
    Json params = Json::object();
};

/// A request as its handler sees it, in either dialect.
class Call {
public:
    virtual ~Call() = default;
    [[nodiscard]] virtual const RequestContext& context() const = 0;
    [[nodiscard]] const app::RequestScope& scope() const { return context().scope; }
    /// Whether the client declared a capability: "elicitation", "sampling", "roots".
    [[nodiscard]] virtual bool can(std::string_view capability) const = 0;

    /// Reports progress, if the client asked for it. `total` 0: not known.
    virtual void progress(double done, double total, std::string_view message) = 0;
    /// Sends a log message, if the client wants messages of this level.
    virtual void log(std::string_view level, const Json& data) = 0;

    /// The client's answers, by key. In the modern dialect the request ends here; the client sends it again with the
    /// answers and with `state`, so a handler changes nothing before it has asked. Throws Refusal if the client cannot
    /// be asked, and Error (Session::ask).
    [[nodiscard]] virtual Json ask(const std::vector<InputRequest>& inputs, const Json& state) = 0;
    /// The state given to the last `ask`; null in a first request. The client holds it sealed.
    [[nodiscard]] virtual const Json& state() const = 0;
};

struct Tool {
    std::string name{}, title{}, description{};
    Json input{};          ///< JSON Schema of the arguments, an object.
    Json output{};         ///< JSON Schema of structuredContent; null for a tool without any.
    Json annotations{};    ///< readOnlyHint, destructiveHint ...
    std::string scope{};   ///< Required of the caller; empty: none.
    bool is_slow = false;  ///< It may wait for a model, for other writers or for a person.
    /// Checks the arguments. Null: the handler checks them.
    std::shared_ptr<const JsonSchema> checked{};
    /// Returns a CallToolResult. Errors that it throws become results with isError.
    std::function<Json(const Json& arguments, Call& call)> call{};
};

struct Prompt {
    struct Argument {
        std::string name{}, description{};
        bool required = false;
    };
    std::string name{}, title{}, description{};
    std::vector<Argument> arguments{};
    std::string scope{};
    std::function<Json(const Json& arguments, Call& call)> get{};  ///< Returns a GetPromptResult.
};

/// Part of a list, and the cursor of the rest; empty at the end.
struct Page {
    Json elements = Json::array();
    std::string next{};
};

/// What is to be completed: an argument of a prompt or of a resource template.
struct Completion {
    std::string reference{};  ///< The prompt's name, or the template.
    bool is_prompt = false;
    std::string argument{}, value{};
};

/// What a server offers. Handlers are called by many threads at once.
struct Catalog {
    std::vector<Tool> tools{};  ///< Listed in this order.
    std::vector<Prompt> prompts{};
    Json templates = Json::array();  ///< Resource templates.
    std::string resource_scope{};    ///< Required of callers that list or read resources.
    std::function<Page(const std::string& cursor, Call& call)> resources{};
    /// The contents of a resource; null if there is no such resource.
    std::function<Json(const std::string& uri, Call& call)> read{};
    std::function<std::vector<std::string>(const Completion& wanted, Call& call)> complete{};
    /// A text for each resource that changes whenever the resource does, for a caller that may read everything. Called
    /// often. Empty: resources never change.
    std::function<std::vector<std::string>(const std::vector<std::string>& uris)> revisions{};
    bool lists_change = false;  ///< Tools and prompts come and go (Server::list_changed).
};

}  // namespace quarry::mcp
