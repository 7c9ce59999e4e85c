// Operations on a project's migrations. They only look: no door but the command line runs migrations.
#include <nlohmann/json.hpp>
#include <utility>

#include "core/app/migration_service.h"
#include "core/app/operation_lists.h"
#include "core/wire/findings.h"
#include "core/wire/migration_json.h"

namespace quarry::app {
namespace {

using Json = nlohmann::ordered_json;

/// Which database is meant: by a name of the settings, never by an address, which a caller could make up.
Json with_database(Json properties = Json::object()) {
    properties["database"] = {
        {"type", "string"},
        {"description", "One of several databases, by its name in the settings (migrate.databases.NAME); base "
                        "for quarry's own knowledge base; if left out, the project's database"}};
    return properties;
}

MigrationTarget target_of(const nlohmann::json& request) { return {.database_name = text_of(request, "database")}; }

/// Calls `work` with the services and the target.
template <typename Work>
auto with_migrations(Work work) {
    return [work](const nlohmann::json& request, const OperationContext& context) -> Json {
        const Services services = context.workspace.services(context.scope);
        return work(request, MigrationService(services, target_of(request)));
    };
}

Operation status_operation() {
    return {.name = "migrate_status",
            .summary = "List the schema migrations of the project's database and which of them it has.",
            .permission = Permission::migrations,
            .request = request_schema(with_database()),
            .responses = {"quarry.migrate.status/1"},
            .run = with_migrations([](const nlohmann::json&, const MigrationService& service) {
                const MigrationSubject subject = service.subject();
                return wire::migration_status_json(subject.name(), subject.named_by, service.status(subject));
            })};
}

Operation check_operation() {
    return {.name = "migrate_check",
            .summary =
                "Check that the project's database is exactly what its migrations say: files well formed, all applied, "
                "none edited, no drift. Runs trials in scratch databases only.",
            .permission = Permission::migrations,
            .request = request_schema(with_database(
                {{"roundtrip",
                  {{"type", "boolean"}, {"description", "Try each migration up, down and up again, with rows"}}},
                 {"drift",
                  {{"type", "boolean"},
                   {"default", true},
                   {"description", "Compare the database's schema with what its migrations give"}}}})),
            .responses = {"quarry.migrate.check/1"},
            .run = with_migrations([](const nlohmann::json& request, const MigrationService& service) {
                const MigrationSubject subject = service.subject();
                const CheckRequest check{.drift = request.value("drift", true),
                                         .roundtrip = request.value("roundtrip", false)};
                return wire::migration_check_json(subject.name(), subject.folder.string(),
                                                  service.check(subject, check));
            })};
}

Operation plan_operation() {
    return {.name = "migrate_plan",
            .summary = "Show the exact SQL of the migrations that would run, with its hazards and locks. Runs nothing.",
            .permission = Permission::migrations,
            .request = request_schema(with_database(
                {{"place",
                  {{"type", "string"},
                   {"default", "head"},
                   {"description", "Where to: a version such as 0003, head, base, or steps such as +2 or -1"}}}})),
            .responses = {"quarry.migrate.plan/1"},
            .run = with_migrations([](const nlohmann::json& request, const MigrationService& service) {
                const PlanReport plan = service.report({.place = request.value("place", "head")});
                return wire::migration_plan_json(plan.dialect, plan.migrations);
            })};
}

Operation lint_operation() {
    return {
        .name = "migrate_lint",
        .summary = "Find what is dangerous, wrong or unwise in the project's migration files. Opens no database.",
        .permission = Permission::migrations,
        .request = request_schema(with_database(
            {{"since", {{"type", "string"}, {"description", "Report only on migrations after this version"}}},
             {"server",
              {{"type", "string"},
               {"description", "The oldest version that the migrations run on, such as 14 or 3.45"}}},
             {"dialect",
              {{"enum", {"sqlite", "postgresql"}}, {"description", "SQL dialect, if no database is named"}}}})),
        .responses = {"quarry.migrate.lint/1"},
        .run = with_migrations([](const nlohmann::json& request, const MigrationService& service) {
            LintReport lint = service.lint({.dialect = text_of(request, "dialect"),
                                            .server = text_of(request, "server"),
                                            .since = text_of(request, "since")});
            return wire::findings_json(wire::lint_findings(lint.dialect, lint.findings, std::move(lint.files)));
        })};
}

}  // namespace

std::vector<Operation> migration_operations() {
    return {status_operation(), check_operation(), plan_operation(), lint_operation()};
}

}  // namespace quarry::app
