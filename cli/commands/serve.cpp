// quarry serve: the knowledge base over HTTP.
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <ostream>
#include <utility>

#include "cli/line/command.h"
#include "cli/line/version.h"
#include "cli/ui/name_list.h"
#include "cli/ui/output.h"
#include "core/config/config_json.h"
#include "core/serve/exposure.h"
#include "core/serve/serve.h"

namespace quarry::cli {
namespace {

class ServeCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "serve",
            .summary = "answer over HTTP: search, ask and documents, as JSON and streams",
            .description =
                "Serves the knowledge base on this machine until Ctrl-C or SIGTERM: the operations of the command line "
                "under /api/v1, answers as streams of events, and their description at /openapi.json.\n\n"
                "Every request needs a key, a user's token, or the token that is printed at the start and is valid "
                "for this run: Authorization: Bearer TOKEN. quarry users and quarry keys add other callers, and quarry "
                "collections grant says which documents they see; --check prints all of it. The server listens on "
                "addresses other than loopback only when there is a user or a key.\n\n"
                "A browser signs in by opening the printed address, which works once. The command line works as usual "
                "while the server runs.\n\n"
                "Standard error gets a JSON line for each request, without its content; --quiet omits them. The manual "
                "of the routes is at /docs, and docs/serve.md explains users, proxies and TLS.",
            .examples = {{"quarry serve", "on 127.0.0.1:8420"},
                         {"quarry serve --check", "who could reach what, without starting anything"},
                         {"quarry serve --listen 127.0.0.1:0 --json",
                          "on any free port, for a program that reads which"}},
            .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                           {9, "the base was made by a newer quarry"},
                           {10, "there is no base"}}};
    }

    void setup(OptionTable& options) override {
        options.flag("--check", check_, "Print who could reach what, and start nothing");
        options.add("--listen", listen_, "Address and port (default: serve.listen)").value("ADDRESS:PORT");
        options.flag("--shared-port", shares_port_, "Let several servers of the base listen on one port");
        options
            .flag("--behind-proxy", proxies_, "loopback",
                  "Trust a proxy on this machine, or at ADDRESSES, to say who the client is (default: "
                  "serve.behind_proxy)")
            .value("ADDRESSES");
    }

    [[nodiscard]] int run(Context& context) override {
        const std::string listen = listen_.empty() ? context.config.text("serve.listen") : listen_;
        if (check_) return check(context, listen);
        app::Workspace workspace(context);
        serve::serve(workspace, listen, service_options(context), context.cancel,
                     [&](const serve::Started& started) { announce(context, started); });
        context.out.note("ended");
        return 0;
    }

private:
    /// 1 where something is wrong.
    [[nodiscard]] int check(Context& context, const std::string& listen) const {
        const serve::Exposure found = serve::exposure(context, listen, service_options(context));
        context.out.result() << (context.json ? config::dump_json(serve::exposure_json(found))
                                              : serve::exposure_text(found));
        for (const std::string& problem : found.problems) context.out.warn(problem);
        return found.problems.empty() ? 0 : 1;
    }

    [[nodiscard]] serve::ServiceOptions service_options(Context& context) const {
        const auto rate = [&](const char* name) {
            return static_cast<unsigned>(context.config.integer(std::string("serve.") + name + "_per_minute"));
        };
        serve::ServiceOptions options{
            .version = QUARRY_VERSION,
            .hosts = name_list(context.config.text("serve.hosts")),
            .origins = name_list(context.config.text("serve.origins")),
            .proxies = name_list(proxies_.empty() ? context.config.text("serve.behind_proxy") : proxies_),
            .tls_certificate = context.config.text("serve.tls_certificate"),
            .tls_key = context.config.text("serve.tls_key"),
            .rates = {.search = rate("search"),
                      .generate = rate("generate"),
                      .ingest = rate("ingest"),
                      .sign_in = rate("sign_in")},
            .shares_port = shares_port_ || context.config.boolean("serve.shared_port"),
            .clock = context.clock,
            .log = [&out = context.out](std::string_view line) { out.log(line); }};
        options.manager = {
            serve::passed_socket(context.environment("LISTEN_PID"), context.environment("LISTEN_FDS"), ::getpid()),
            context.environment("NOTIFY_SOCKET").value_or("")};
        constexpr double hours_a_day = 24;
        options.runs.stored =
            std::chrono::hours(static_cast<std::int64_t>(context.config.number("serve.keep_runs") * hours_a_day));
        options.upload_quota = static_cast<std::uint64_t>(context.config.integer("serve.upload_quota"));
        options.private_paths.push_back(context.base_path.parent_path().string());
        return options;
    }

    static void announce(Context& context, const serve::Started& started) {
        std::ostream& out = context.out.result();
        if (context.json) {
            const nlohmann::ordered_json document = {{"schema", "quarry.serve/1"},
                                                     {"url", started.url},
                                                     {"token", started.token},
                                                     {"sign_in", started.sign_in}};
            out << config::dump_json(document);
        } else {
            out << "serving  " << started.url << "\nbrowser  " << started.sign_in << "\ntoken    " << started.token
                << '\n';
        }
        out.flush();
    }

    std::string listen_, proxies_;
    bool check_ = false, shares_port_ = false;
};

}  // namespace

std::unique_ptr<Command> make_serve_command() { return std::make_unique<ServeCommand>(); }

}  // namespace quarry::cli
