"use strict";
(() => {
  const player = document.getElementById("player");
  const lanes = [...player.querySelectorAll(".lane")];
  const sounds = lanes.map((lane) => lane.querySelector("audio"));
  const sides = [...player.querySelectorAll(".side")];
  const solos = [...player.querySelectorAll("button[data-src]")];
  const play = player.querySelector(".play");
  const clock = player.querySelector(".clock");
  const extra = new Audio();
  let side = 1;
  let solo = null;
  let playing = false;

  // Both run in step and one of them is muted, so that switching has no gap.
  const all = () => [...sounds, extra];
  const now = () => (solo ? extra : sounds[side]);
  const missing = () => (player.querySelector(".missing").hidden = false);
  const show = () => {
    sounds.forEach((sound, index) => (sound.muted = solo !== null || index !== side));
    lanes.forEach((lane, index) => lane.classList.toggle("on", !solo && index === side));
    sides.forEach((button, index) => button.classList.toggle("on", !solo && index === side));
    solos.forEach((button) => button.classList.toggle("on", button === solo));
    play.textContent = playing ? "Pause" : "Play";
  };
  const start = (sound) => sound.play().catch((error) => error.name === "AbortError" || missing());
  const seek = (time) => all().forEach((sound) => sound.readyState && (sound.currentTime = time));
  const toggle = () => {
    playing = !playing;
    if (playing) {
      seek(now().currentTime);
      sounds.forEach(start);
      if (solo) start(extra);
    } else {
      all().forEach((sound) => sound.pause());
    }
    show();
  };
  const choose = (index) => {
    side = index;
    solo = null;
    extra.pause();
    show();
  };
  const alone = (button) => {
    if (solo === button) return choose(side);
    const time = now().currentTime;
    solo = button;
    extra.src = button.dataset.src;
    extra.onloadedmetadata = () => {
      extra.currentTime = time;
      if (playing) start(extra);
    };
    show();
  };

  sides.forEach((button, index) => button.addEventListener("click", () => choose(index)));
  solos.forEach((button) => button.addEventListener("click", () => alone(button)));
  play.addEventListener("click", toggle);
  sounds.forEach((sound) => {
    sound.addEventListener("error", missing);
    sound.addEventListener("ended", () => playing && toggle());
  });
  extra.addEventListener("error", missing);
  lanes.forEach((lane, index) => {
    const wave = lane.querySelector("[data-wave]");
    wave.addEventListener("click", (event) => {
      const box = wave.getBoundingClientRect();
      choose(index);
      seek(((event.clientX - box.left) / box.width) * (sounds[index].duration || 0));
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "1" || event.key === "2") choose(Number(event.key) - 1);
    else if (event.key === " " && event.target.tagName !== "BUTTON") {
      event.preventDefault();
      toggle();
    }
  });
  const frame = () => {
    const time = now().currentTime;
    const length = sounds[1].duration || 1;
    player.querySelectorAll(".cursor").forEach((cursor) => (cursor.style.left = `${(100 * time) / length}%`));
    clock.textContent = `${time.toFixed(1)} s`;
    requestAnimationFrame(frame);
  };
  show();
  frame();
})();
