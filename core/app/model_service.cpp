// Model files of the user, and vectors of models in the base.
#include "core/app/model_service.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "core/app/embedder_choice.h"
#include "core/app/http_settings.h"
#include "core/app/knowledge_base.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/config/model_profiles.h"
#include "core/store/base_address.h"
#include "core/store/store.h"

namespace quarry::app {
namespace {

/// What an embedder of the base was called; nothing when that is not known.
std::optional<std::string> name_of(const store::Store& store, const store::StoredEmbedder& embedder) {
    if (embedder.has_model) return "builtin";
    return store.setting(fmt::format("{}{}", store::setting::embedder_name, embedder.fingerprint));
}

std::vector<wire::NamedModel> named_models(const config::Config& config) {
    std::vector<wire::NamedModel> models;
    for (const std::string& name : config.names_in("models")) {
        const config::ModelProfile profile(config, name);
        const config::Config::Value* const set = config.find(profile.key("model"));
        models.push_back({name, profile.provider(), profile.model(),
                          config::shown_value(config::config_key(profile.key("base_url")), profile.text("base_url")),
                          set == nullptr ? "" : set->origin});
    }
    return models;
}

Error no_such_model(const std::string& name) {
    std::vector<std::string> names;
    for (const models::KnownModel& model : models::known_models()) names.emplace_back(model.name);
    const auto nearest = closest(name, names);
    return Error(
        ErrorCode::nothing_found,
        fmt::format("there is no known model {}, and no such file",
                    one_line(strip_terminal_controls(replace_invalid_utf8(name)), 80)),
        fmt::format("{}give a .gguf file, an https:// address, or one of {}",
                    nearest ? fmt::format("did you mean {}? ", *nearest) : std::string(), fmt::join(names, ", ")));
}

}  // namespace

ModelList list_models(const Services& services) {
    ModelList list{user_models(services).list(), {}, named_models(services.config)};
    if (!store::base_exists(services.base_path)) return list;
    const std::unique_ptr<store::Store> store = store::open_store(services.base_path, store::StoreMode::read);
    const std::optional<std::string> in_use = store->setting(store::setting::embedder);
    for (const store::StoredEmbedder& one : store->embedders()) {
        list.embedders.push_back({name_of(*store, one).value_or(one.fingerprint), one.fingerprint, one.dimensions,
                                  one.vectors, one.bytes, store->unembedded_count(one.fingerprint),
                                  in_use == one.fingerprint});
    }
    return list;
}

models::StoredModel add_model(Services& services, const std::string& source, models::AddModelOptions options) {
    const bool is_name = !source.empty() && source.find_first_of("/.") == std::string::npos;
    std::error_code unreadable;
    if (is_name && !std::filesystem::exists(source, unreadable)) throw no_such_model(source);
    set_http_settings(services.config, options);
    models::StoredModel model = user_models(services).add(
        source, options, services.cancel, [&services](std::uint64_t done, std::uint64_t total) {
            services.notices.progress(total > 0 ? fmt::format("{} of {}", human_bytes(done), human_bytes(total))
                                                : human_bytes(done));
        });
    services.notices.progress("");
    return model;
}

models::StoredModel add_known_model(Services& services, const models::KnownModel& known,
                                    models::AddModelOptions options) {
    if (options.name.empty()) options.name = known.name;
    options.sha256 = known.sha256;
    options.bytes = known.bytes;
    const auto there = user_models(services).find(options.name);
    const bool is_there = there && there->sha256 == known.sha256 && there->bytes == known.bytes;
    models::StoredModel model = is_there ? *there : add_model(services, std::string(known.url), std::move(options));
    model.kind = known.kind;
    return model;
}

std::vector<ModelSetting> settings_to_use(const models::StoredModel& model) {
    if (model.is_table) {
        throw Error(ErrorCode::usage, fmt::format("{} is a table, which --use does not know", model.name),
                    fmt::format("quarry config set embed.start {}", model.name));
    }
    const std::string_view section = model.kind == models::ModelKind::reranker   ? "rerank"
                                     : model.kind == models::ModelKind::embedder ? "embed"
                                                                                 : "chat";
    return {{fmt::format("{}.provider", section), "gguf"}, {fmt::format("{}.model", section), model.name}};
}

void remove_model_file(const Services& services, const std::string& name) {
    if (user_models(services).remove(name)) return;
    std::vector<std::string> names;
    for (const models::StoredModel& model : user_models(services).list()) names.push_back(model.name);
    const auto nearest = closest(name, names);
    throw Error(ErrorCode::nothing_found,
                fmt::format("there is no model file {}", one_line(strip_terminal_controls(name), 80)),
                fmt::format("{}quarry models ls lists them; --vectors removes vectors from the knowledge base",
                            nearest ? fmt::format("did you mean {}? ", *nearest) : std::string()));
}

std::uint64_t remove_model_vectors(const Services& services, const std::string& model) {
    const std::unique_ptr<store::Store> store = open_to_write(services, store::StoreMode::write);
    for (const store::StoredEmbedder& one : store->embedders()) {
        if (one.fingerprint != model && name_of(*store, one) != model) continue;
        if (store->setting(store::setting::embedder) == one.fingerprint) {
            throw Error(ErrorCode::failed, fmt::format("searches use the vectors of {}", model),
                        "switch to another model first: quarry embed --model MODEL");
        }
        store->drop_embedder(one.fingerprint);
        return one.vectors;
    }
    throw Error(ErrorCode::nothing_found,
                fmt::format("the knowledge base has no vectors of {}", one_line(strip_terminal_controls(model), 80)),
                "quarry models ls lists the models that it has vectors from");
}

}  // namespace quarry::app
