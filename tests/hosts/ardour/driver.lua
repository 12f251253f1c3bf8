-- What Ardour is asked to do. Run by ardour7-lua; arg[1] is a Lua file that returns the session's folder and the steps.
-- Every line for the caller begins with a tab.
local cfg = dofile (arg[1])
local T = tostring
local function out (...) print ("\t" .. table.concat ({...}, "\t")) end
local function number (v) return string.format ("%.9g", v) end

local function routes ()
  local found = {}
  for _, name in ipairs (cfg.routes) do
    local route = Session:route_by_name (name)
    if route:isnil () then out ("ERROR", "no route " .. name) else found[#found + 1] = { name = name, route = route } end
  end
  return found
end

local function control (plugin, index)
  local parameter = Evoral.Parameter (ARDOUR.AutomationType.PluginAutomation, 0, index)
  return plugin:to_automatable ():automation_control (parameter, false)
end

-- Calls `see (index, label, descriptor, place among the controls)` for each parameter.
local function each_parameter (plugin, see)
  local inner = plugin:to_insert ():plugin (0)
  local place = 0
  for index = 0, inner:parameter_count () - 1 do
    if inner:parameter_is_control (index) then
      local label = inner:parameter_label (index)
      if inner:parameter_is_input (index) and label ~= "hidden" then
        local _, results = inner:get_parameter_descriptor (index, ARDOUR.ParameterDescriptor ())
        see (index, label, results[2], place)
      end
      place = place + 1
    end
  end
end

local function index_of (plugin, wanted)
  local found, at
  each_parameter (plugin, function (index, label, _, place) if label == wanted then found, at = index, place end end)
  if not found then out ("ERROR", "no parameter " .. wanted) end
  return found, at
end

local steps = {}

-- Tracks into a bus, or straight to Master, or (`silent`) to nowhere.
function steps.build (step)
  local last = ARDOUR.PresentationInfo.max_order
  local bus = Session:new_audio_route (2, 2, nil, 1, step.bus, ARDOUR.PresentationInfo.Flag.AudioBus, last):front ()
  bus:set_strict_io (true)
  bus:input ():disconnect_all (nil)
  for _, t in ipairs (step.tracks) do
    Session:new_audio_track (t.channels, 2, nil, 1, t.name, last, ARDOUR.TrackMode.Normal, false)
  end
  sleep (1)    -- Outputs are joined to Master by a thread of Ardour's: what is joined before it has run is lost.
  for _, t in ipairs (step.tracks) do
    local route = Session:route_by_name (t.name)
    -- As the window sets it on new tracks: the auxiliary outputs of a plugin do not widen the track.
    route:set_strict_io (true)
    local output = route:output ()
    if t.bus or t.silent then output:disconnect_all (nil) end
    if t.bus then
      for side = 0, 1 do output:audio (side):connect (bus:input ():audio (side):name ()) end
    end
  end
end

function steps.insert (step)
  for _, r in ipairs (routes ()) do
    local plugin = ARDOUR.LuaAPI.new_plugin (Session, step.uid, ARDOUR.PluginType.VST3, "")
    if plugin:isnil () then out ("ERROR", "no plugin for " .. r.name) else
      out ("INSERTED", r.name, T (r.route:add_processor_by_index (plugin, 0, nil, true)))
    end
  end
  sleep (0.3)
end

function steps.dump ()
  for _, r in ipairs (routes ()) do
    local plugin = r.route:nth_plugin (0)
    each_parameter (plugin, function (index, label, d)
      local value = ARDOUR.LuaAPI.get_processor_param (plugin, index, true)
      out ("PARAM", r.name, label, number (d.lower), number (d.upper), number (d.normal),
           T (d.toggled or d.integer_step or d.enumeration), number (value), number (control (plugin, index):get_value ()))
    end)
    out ("LATENCY", r.name, T (plugin:signal_latency ()))
  end
end

-- step.values: { { route, label, value }, ... }
function steps.set (step)
  for _, v in ipairs (step.values) do
    local plugin = Session:route_by_name (v[1]):nth_plugin (0)
    local index = index_of (plugin, v[2])
    if index and not ARDOUR.LuaAPI.set_processor_param (plugin, index, v[3]) then
      out ("ERROR", "refused: " .. v[1] .. " " .. v[2])
    end
  end
  sleep (step.settle or 0.5)
end

-- step.points: { { sample, value }, ... }
function steps.automate (step)
  local plugin = Session:route_by_name (step.route):nth_plugin (0)
  local index, place = index_of (plugin, step.label)
  local _, list = ARDOUR.LuaAPI.plugin_automation (plugin, place)
  for _, point in ipairs (step.points) do list:add (Temporal.timepos_t (point[1]), point[2], false, false) end
  control (plugin, index):set_automation_state (ARDOUR.AutoState.Play)
  out ("AUTOMATED", T (list:size ()))
end

function steps.key (step)
  local from, to = Session:route_by_name (step.from), Session:route_by_name (step.to)
  local plugin = to:nth_plugin (0)
  to:add_sidechain (plugin)
  local insert = plugin:to_plugininsert ()
  if not insert:has_sidechain () then out ("ERROR", "no sidechain") return end
  local input = insert:sidechain_input ()
  local send = ARDOUR.LuaAPI.new_send (Session, from, from:amp ())
  local output = send:to_ioprocessor ():output ()
  for side = 0, input:n_ports ():n_audio () - 1 do
    output:nth (side):connect (input:nth (side):name ())
    out ("KEYED", T (output:nth (side):connected ()))
  end
end

function steps.bypass (step)
  for _, r in ipairs (routes ()) do r.route:nth_plugin (0):to_plugininsert ():enable (not step.on) end
  sleep (0.3)
end

-- Plays in real time on the backend without a device.
function steps.play (step)
  Session:request_locate (0, false, ARDOUR.LocateTransportDisposition.MustStop, ARDOUR.TransportRequestSource.TRS_UI)
  sleep (0.5)
  Session:request_roll (ARDOUR.TransportRequestSource.TRS_UI)
  sleep (step.seconds)
  out ("PLAYED", T (Session:transport_sample ()), T (Session:transport_rolling ()))
  for _, r in ipairs (routes ()) do
    local there, stats = r.route:nth_plugin (0):to_plugininsert ():get_stats (0, 0, 0, 0)
    if there then out ("COST", r.name, number (stats[3])) end
  end
end

function steps.stop ()
  Session:request_stop (false, false, ARDOUR.TransportRequestSource.TRS_UI)
  sleep (0.5)
end

-- A latency that came with a state is compensated a moment after the session has opened: hence the wait.
function steps.export (step)
  sleep (1)
  local export = Session:simple_export ()
  out ("PRESET", T (export:set_preset (step.preset)))
  export:set_folder (step.folder)
  export:set_name (step.name)
  export:set_range (Session:current_start_sample (), Session:current_end_sample ())
  out ("EXPORTED", step.name, T (export:run_export ()))
  export = nil
  collectgarbage ()
end

function steps.regions ()
  for track in Session:get_tracks ():iter () do
    for region in track:to_track ():playlist ():region_list ():iter () do
      out ("REGION", track:name (), T (region:length ():samples ()))
    end
  end
end

function steps.save (step) Session:save_state (step.name or "") end

local opened
if cfg.create then opened = create_session (cfg.folder, "session", cfg.rate) else opened = load_session (cfg.folder, cfg.snapshot or "session") end
if not opened then out ("ERROR", "the session does not open") os.exit (3) end
for _, step in ipairs (cfg.steps) do steps[step.step] (step) end
out ("DONE")
close_session ()
quit ()
