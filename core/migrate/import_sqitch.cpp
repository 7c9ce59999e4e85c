#include "core/migrate/import_sqitch.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <system_error>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/migrate/import_names.h"
#include "core/sql/source_text.h"

namespace quarry::migrate {
namespace {

constexpr std::string_view plan_name = "sqitch.plan";
constexpr std::string_view sqitch_ending = ".sql";

/// One line "NAME [DEPENDENCIES] TIME PLANNER # note" of a plan.
struct PlannedChange {
    std::string name;
    std::vector<std::string> requires_changes, conflicts;
    std::string note;
    std::vector<std::string> tags;  ///< Behind it, "@v1.0 # note".
    std::size_t offset = 0;         ///< In the plan.
};

struct SqitchPlan {
    std::string project;
    std::vector<PlannedChange> changes;
};

/// "# text" behind what stands on a line; "\n" and the like stay as the plan has them.
std::string note_of(std::string_view line) {
    const std::size_t mark = line.find(" #");
    return mark == std::string_view::npos ? std::string() : std::string(trim(line.substr(mark + 2)));
}

/// Reads a plan (sqitchchanges in sqitch's manual).
class PlanReader {
public:
    explicit PlanReader(const sql::SourceText& source) : source_(source) {}

    SqitchPlan read() {
        std::size_t start = 0;
        while (start < source_.text.size()) {
            const std::size_t end = std::min(source_.text.find('\n', start), source_.text.size());
            take(source_.text.substr(start, end - start), start);
            start = end + 1;
        }
        if (plan_.project.empty()) throw refused(0, "the plan does not name its project", "%project=NAME");
        return std::move(plan_);
    }

private:
    void take(std::string_view line, std::size_t offset) {
        line = trim(line);
        if (line.empty() || line.starts_with('#')) return;
        if (line.starts_with('%')) return take_pragma(trim(line.substr(1)));
        if (line.starts_with('@')) return take_tag(line, offset);
        if (line.starts_with('-')) {
            throw refused(offset, "the plan reverts a change here", "leave the change out of the plan instead");
        }
        if (line.starts_with('+')) line = trim(line.substr(1));
        take_change(line, offset);
    }

    void take_pragma(std::string_view pragma) {
        const std::size_t equals = pragma.find('=');
        if (equals == std::string_view::npos || trim(pragma.substr(0, equals)) != "project") return;
        plan_.project = trim(pragma.substr(equals + 1));
    }

    void take_tag(std::string_view line, std::size_t offset) {
        if (plan_.changes.empty())
            throw refused(offset, "a tag comes before the first change", "a change, then its tag");
        const std::string note = note_of(line);
        plan_.changes.back().tags.push_back(std::string(line.substr(0, line.find_first_of(" \t"))) +
                                            (note.empty() ? "" : " # " + note));
    }

    void take_change(std::string_view line, std::size_t offset) {
        PlannedChange change;
        change.offset = offset;
        change.note = note_of(line);
        const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
        change.name = line.substr(0, end);
        const std::string_view rest = trim(line.substr(end));
        if (rest.starts_with('[')) {
            const std::size_t close = rest.find(']');
            if (close == std::string_view::npos)
                throw refused(offset, "\"[\" has no \"]\"", "NAME [OTHER] TIME PLANNER");
            take_dependencies(rest.substr(1, close - 1), change);
        }
        const bool leaves_folder =
            change.name.starts_with('/') || ("/" + change.name + "/").find("/../") != std::string::npos;
        if (leaves_folder || find_invalid_utf8(change.name)) {
            throw refused(offset, "this is not the name of a change", "NAME [OTHER] TIME PLANNER");
        }
        require_known(change);
        const bool reworked = seen_.count(change.name) > 0;
        const bool tagged =
            std::any_of(plan_.changes.begin() + static_cast<std::ptrdiff_t>(reworked ? seen_[change.name] : 0),
                        plan_.changes.end(), [](const PlannedChange& one) { return !one.tags.empty(); });
        if (reworked && !tagged) {
            throw refused(offset, fmt::format("the change {} is in the plan twice, without a tag between", change.name),
                          "one line for each change");
        }
        seen_[change.name] = plan_.changes.size();
        plan_.changes.push_back(std::move(change));
    }

    static void take_dependencies(std::string_view list, PlannedChange& change) {
        for (const std::string_view word : split(list, ' ')) {
            const std::string_view one = trim(word);
            if (one.empty()) continue;
            if (one.starts_with('!')) {
                change.conflicts.emplace_back(one.substr(1));
            } else {
                change.requires_changes.emplace_back(one);
            }
        }
    }

    /// What a change of this project requires comes before it.
    void require_known(const PlannedChange& change) const {
        for (const std::string& one : change.requires_changes) {
            const std::size_t colon = one.find(':');
            const bool foreign = colon != std::string::npos && one.substr(0, colon) != plan_.project;
            const std::string name = one.substr(colon == std::string::npos ? 0 : colon + 1);
            if (foreign || name.starts_with('@') || seen_.count(name.substr(0, name.find('@'))) > 0) continue;
            throw refused(change.offset, fmt::format("{} requires {}, which does not come before it", change.name, one),
                          "what a change requires must come before it");
        }
    }

    [[nodiscard]] Error refused(std::size_t offset, std::string why, std::string_view how) const {
        return source_.error_at(offset, std::move(why), fmt::format("sqitch writes its plan so: {}", how),
                                ErrorCode::failed);
    }

    const sql::SourceText& source_;
    SqitchPlan plan_;
    std::map<std::string, std::size_t, std::less<>> seen_;  ///< The last change of each name.
};

/// Turns a plan into files.
class ChangeLister {
public:
    ChangeLister(const ImportSource& source, SqitchPlan plan) : source_(source), plan_(std::move(plan)) {}

    ForeignFiles read() {
        std::set<std::string> names;
        for (const char* folder : {"deploy", "revert", "verify"}) list(folder, "", names);
        std::map<std::string, std::size_t> times;
        for (std::size_t i = 0; i < plan_.changes.size(); ++i) take(i, ++times[plan_.changes[i].name]);
        for (const std::string& name : expected_) names.insert(name);
        require_named_files(source_, {names.begin(), names.end()});
        for (const std::string& name : names) {
            if (expected_.count(name) == 0) found_.left_out.push_back(name);
        }
        return std::move(found_);
    }

private:
    /// "deploy/schema/users.sql" for each file, at any depth.
    void list(const std::string& folder, const std::string& below, std::set<std::string>& names) const {
        std::error_code error;
        const std::filesystem::path path = source_.folder / folder / below;
        for (auto at = std::filesystem::directory_iterator(path, error);
             !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
            const std::string name = (below.empty() ? "" : below + "/") + at->path().filename().string();
            if (at->is_directory(error) && !at->is_symlink(error)) {
                list(folder, name, names);
            } else if (name.ends_with(sqitch_ending)) {
                names.insert(folder + "/" + name);
            }
        }
    }

    [[nodiscard]] bool is_there(const std::string& name) const {
        std::error_code ignored;
        return std::filesystem::exists(source_.folder / name, ignored);
    }

    /// Of a change that comes again later the first "NAME@TAG" that is there, among the tags between the two.
    [[nodiscard]] std::string file_name(std::size_t index) const {
        const std::string& name = plan_.changes[index].name;
        std::string first;
        for (std::size_t i = index; i < plan_.changes.size(); ++i) {
            if (i > index && plan_.changes[i].name == name) return first.empty() ? name : first;
            for (const std::string& tag : plan_.changes[i].tags) {
                const std::string tagged = name + tag.substr(0, tag.find(' '));
                if (is_there("deploy/" + tagged + std::string(sqitch_ending))) first = first.empty() ? tagged : first;
            }
        }
        return name;
    }

    void take(std::size_t index, std::size_t time) {
        const PlannedChange& change = plan_.changes[index];
        const std::string name = file_name(index) + std::string(sqitch_ending);
        const std::string deploy = "deploy/" + name, revert = "revert/" + name;
        expected_.insert({deploy, revert});
        ForeignFile file;
        file.id = fmt::format("{}:{}{}", plan_.project, change.name, time == 1 ? "" : fmt::format("#{}", time));
        if (std::find(source_.left_out.begin(), source_.left_out.end(), deploy) != source_.left_out.end()) {
            found_.passed_over.push_back(file.id);
            return;
        }
        file.name = importable_name(change.name);
        file.path = (source_.folder / deploy).string();
        if (is_there(revert)) file.down_path = (source_.folder / revert).string();
        for (const ImportReplacement& one : source_.replacements) {
            if (one.name == revert) file.down_path = one.sql.string();
            if (one.name != deploy) continue;
            file.path = one.sql.string();
            file.replaced = true;
        }
        file.parents = change.requires_changes;
        if (!change.note.empty()) file.preface += fmt::format("-- {}\n", change.note);
        for (const std::string& one : change.conflicts) file.preface += fmt::format("-- sqitch conflicts: {}\n", one);
        for (const std::string& tag : change.tags) file.preface += fmt::format("-- sqitch tag: {}\n", tag);
        if (!file.replaced && !is_there(deploy)) {
            found_.obstacles.push_back(
                {file.path, 0, 0, fmt::format("the plan has the change {}, but its file does not exist", change.name),
                 fmt::format("restore it from version control; or leave it out: --leave-out {}", deploy)});
            file.is_code = true;
        }
        found_.files.push_back(std::move(file));
    }

    const ImportSource& source_;
    SqitchPlan plan_;
    std::set<std::string> expected_;
    ForeignFiles found_;
};

}  // namespace

ForeignFiles list_sqitch_changes(const ImportSource& source) {
    const std::filesystem::path path = source.folder / plan_name;
    const std::string text = read_foreign_text(path), name = path.string();
    const sql::SourceText plan{name, text};
    plan.require_text();
    return ChangeLister(source, PlanReader(plan).read()).read();
}

}  // namespace quarry::migrate
