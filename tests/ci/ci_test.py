"""Runs what action.yml, .pre-commit-hooks.yaml and docs/continuous-integration.md tell CI systems to run."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

SOURCE = Path(sys.argv[1])
REV = Path(sys.argv[2])


def revision(name, revises="", sql=""):
    return (
        f"-- make {name}\n--\n-- revision: {name}\n-- revises: {revises}\n\n"
        f"-- rev:upgrade\n{sql or f'CREATE TABLE {name} (id integer);'}\n\n-- rev:downgrade\nDROP TABLE {name};\n"
    )


class Project:
    """A project in a temporary folder, in which the shell of a CI job runs."""

    def __init__(self, files):
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name)
        (self.path / "versions").mkdir()
        (self.path / "alembic.yaml").write_text("url: ${DATABASE_URL}\n")
        for name, text in files.items():
            (self.path / "versions" / f"{name}.sql").write_text(text)

    def run(self, command, **environment):
        path = f"{REV.parent}:{os.environ['PATH']}"
        return subprocess.run(
            ["bash", "-e", "-c", command],
            cwd=self.path,
            env={"PATH": path, "HOME": str(self.path), "DATABASE_URL": "sqlite:///ci.db", **environment},
            capture_output=True,
            text=True,
        )


def sound():
    return Project({"a1": revision("a1"), "b1": revision("b1", "a1")})


def two_heads():
    return Project({"a1": revision("a1"), "b1": revision("b1", "a1"), "c1": revision("c1", "a1")})


def broken():
    return Project({"a1": revision("a1"), "b1": revision("b1", "nowhere")})


def yaml_blocks(file):
    return [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", (SOURCE / file).read_text(), re.S)]


class CiTest(unittest.TestCase):
    def check_runs(self, project, commands, exit_code=0):
        for command in commands:
            result = project.run(command)
            self.assertEqual(result.returncode, exit_code, f"{command}: {result.stdout}{result.stderr}")

    def test_the_pre_commit_hook_runs_for_the_right_files(self):
        (hook,) = yaml.safe_load((SOURCE / ".pre-commit-hooks.yaml").read_text())
        (shown,) = yaml_blocks("docs/continuous-integration.md")[0]["repos"][0]["hooks"]
        self.assertEqual(shown["entry"], hook["entry"])
        self.assertEqual(hook["language"], "system")
        self.assertFalse(hook["pass_filenames"])
        for each in (hook, shown):
            self.assertTrue(re.search(each["files"], "versions/a1.sql"))
            self.assertFalse(re.search(each["files"], "main.cpp"))
            self.check_runs(sound(), [each["entry"]])
            self.check_runs(two_heads(), [each["entry"]], exit_code=1)
        self.assertTrue(re.search(hook["files"], "db/alembic.yaml"))

    def test_the_action_annotates_problems(self):
        action = yaml.safe_load((SOURCE / "action.yml").read_text())
        build, check = action["runs"]["steps"]
        self.assertEqual(action["runs"]["using"], "composite")
        self.assertTrue(all(step["shell"] == "bash" for step in (build, check)))
        for script in re.findall(r"\$GITHUB_ACTION_PATH/(scripts/\w+)", build["run"]):
            self.assertTrue(os.access(SOURCE / script, os.X_OK))
        used = re.findall(r"inputs\.([\w-]+)", str(action["runs"]))
        self.assertEqual(set(used), set(action["inputs"]))

        arguments = action["inputs"]["arguments"]["default"]
        result = sound().run(check["run"], ARGUMENTS=arguments)
        self.assertEqual((result.returncode, result.stdout), (0, ""))
        result = broken().run(check["run"], ARGUMENTS=arguments)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stdout, r"^::error file=versions/b1\.sql,line=4,col=13,")
        self.assertEqual(two_heads().run(check["run"], ARGUMENTS=arguments).returncode, 1)
        self.assertEqual(two_heads().run(check["run"], ARGUMENTS="--dialect sqlite").returncode, 0)

    def test_the_workflows_of_the_documentation_run(self):
        blocks = yaml_blocks("docs/continuous-integration.md")
        github = next(block for block in blocks if "jobs" in block)
        gitlab = next(block for block in blocks if "revisions" in block)
        steps = github["jobs"]["check"]["steps"]
        self.check_runs(sound(), [step["run"] for step in steps if "run" in step])
        self.assertTrue(any(step.get("uses", "").startswith("OWNER/rev@") for step in steps))
        self.check_runs(sound(), gitlab["revisions"]["script"])
        self.check_runs(two_heads(), gitlab["revisions"]["script"][:1], exit_code=1)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], warnings="ignore")
